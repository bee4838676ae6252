internal import Base

extension FuzzTarget {
    /// A JSON text.
    static let json = FuzzTarget("json", bytesMax: 2048) { input throws(BrokenPromise) in
        guard let root = try? JSONDocument(parsing: input).root else { return }
        let written = try rewritten(root)
        guard let again = try? JSONDocument(parsing: written).root else {
            throw BrokenPromise(what: "what is written again cannot be read")
        }
        try promise(try rewritten(again) == written, "what is written again is read the same")
    }

    private static func rewritten(_ root: JSONElement) throws(BrokenPromise) -> [UInt8] {
        var json = JSONWriter()
        try write(root, depth: 0, to: &json)
        return json.bytes
    }

    /// Written inside out, because the writer's closures throw nothing.
    private static func write(_ element: JSONElement, depth: Int, to json: inout JSONWriter) throws(BrokenPromise) {
        if element.isObject || element.isArray {
            try promise(depth < JSONDocument.depthMax, "nothing is nested deeper than it may be")
        }
        if element.isNull {
            json.null()
        } else if let flag = element.bool {
            json.value(flag)
        } else if let text = element.utf8 {
            try promise(isValidUTF8(text) && !text.contains(0), "a string is UTF-8 without NUL")
            try promise(element.string.map { Array($0.utf8) } == text, "a string has the bytes of its UTF-8")
            json.value(utf8: text)
        } else if element.isArray {
            var parts: [[UInt8]] = []
            for part in element.elements {
                var inner = JSONWriter()
                try write(part, depth: depth + 1, to: &inner)
                parts.append(inner.bytes)
            }
            json.array { json in
                for part in parts { json.value(raw: part) }
            }
        } else if element.isObject {
            var parts: [(name: String, value: [UInt8])] = []
            for (name, value) in element.members {
                var inner = JSONWriter()
                try write(value, depth: depth + 1, to: &inner)
                parts.append((name, inner.bytes))
            }
            try promise(Set(parts.map { Array($0.name.utf8) }).count == parts.count, "no member is named twice")
            json.object { json in
                for part in parts {
                    json.name(part.name)
                    json.value(raw: part.value)
                }
            }
        } else {
            if let integer = element.integer {
                try promise(element.raw.elementsEqual("\(integer)".utf8), "an integer is written in one way")
            }
            json.value(raw: element.raw)
        }
    }

    /// Base64, in both alphabets.
    static let base64 = FuzzTarget("base64", bytesMax: 128) { input throws(BrokenPromise) in
        if let bytes = Base64.decode(input) {
            try promise(Array(Base64.encode(bytes).utf8) == input, "only what would have been written is read")
        }
        if let bytes = Base64.decodeURLSafe(input) {
            try promise(Array(Base64.encodeURLSafe(bytes).utf8) == input, "only what would have been written is read")
        }
        try promise(Base64.decode(Base64.encode(input).utf8) == input, "what is encoded can be decoded")
        try promise(Base64.decodeURLSafe(Base64.encodeURLSafe(input).utf8) == input, "what is encoded can be decoded")
    }
}
