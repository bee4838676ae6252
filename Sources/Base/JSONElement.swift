/// One value inside a `JSONDocument`.
public struct JSONElement: Sendable {
    let document: JSONDocument
    let index: Int

    private var node: JSONNode { document.nodes[index] }

    public var isNull: Bool { node.kind == .null }
    public var isObject: Bool { node.kind == .object }
    public var isArray: Bool { node.kind == .array }
    public var isString: Bool { node.kind == .string }

    public var bool: Bool? {
        switch node.kind {
        case .true: true
        case .false: false
        default: nil
        }
    }

    /// A number written as a plain integer: `12`, not `12.0`, `1.2e1` or `-0`.
    public var integer: Int64? {
        guard node.kind == .number else { return nil }
        let text = document.bytes[Int(node.start)..<Int(node.end)]
        guard text.first == UInt8(ascii: "-") else { return Int64(plainDecimal: text) }
        guard text.count > 1, text[text.startIndex + 1] != UInt8(ascii: "0") else { return nil }
        return Int64(String(decoding: text, as: UTF8.self))
    }

    /// A string's characters as UTF-8.
    public var utf8: [UInt8]? {
        guard node.kind == .string else { return nil }
        if node.isEscaped {
            let bytes = document.bytes
            return unescaped(node, in: bytes.span)
        }
        return Array(document.bytes[Int(node.start)..<Int(node.end)])
    }

    public var string: String? {
        guard node.kind == .string else { return nil }
        if node.isEscaped { return utf8.map { String(decoding: $0, as: UTF8.self) } }
        return String(decoding: document.bytes[Int(node.start)..<Int(node.end)], as: UTF8.self)
    }

    /// The bytes of the value as it was sent; a string's without its quotes and still escaped.
    public var raw: ArraySlice<UInt8> { document.bytes[Int(node.start)..<Int(node.end)] }

    /// The value as JSON text, as it was sent.
    public var json: [UInt8] {
        node.kind == .string ? [UInt8(ascii: "\"")] + raw + [UInt8(ascii: "\"")] : Array(raw)
    }

    /// Whether this is the string `text` (compared as bytes, without decoding either).
    public func isString(_ text: StaticString) -> Bool {
        guard node.kind == .string else { return false }
        if node.isEscaped { return utf8.map { $0.elementsEqual(text.bytes) } ?? false }
        return raw.elementsEqual(text.bytes)
    }

    /// An object's member; `nil` when there is none of that name or this is no object. JSON `null` is a member.
    public subscript(_ name: StaticString) -> JSONElement? {
        guard node.kind == .object else { return nil }
        var child = index + 1
        while child < Int(node.next) {
            if JSONElement(document: document, index: child).isString(name) {
                return JSONElement(document: document, index: child + 1)
            }
            child = Int(document.nodes[child + 1].next)
        }
        return nil
    }

    /// A member that is there and is not `null`.
    public func present(_ name: StaticString) -> JSONElement? {
        guard let member = self[name], !member.isNull else { return nil }
        return member
    }

    /// An array's values in order; empty for anything else.
    public var elements: [JSONElement] {
        guard node.kind == .array else { return [] }
        var all: [JSONElement] = []
        var child = index + 1
        while child < Int(node.next) {
            all.append(JSONElement(document: document, index: child))
            child = Int(document.nodes[child].next)
        }
        return all
    }

    /// An object's members in the order in which they were sent; empty for anything else.
    public var members: [(name: String, value: JSONElement)] {
        guard node.kind == .object else { return [] }
        var all: [(name: String, value: JSONElement)] = []
        var child = index + 1
        while child < Int(node.next) {
            let name = JSONElement(document: document, index: child).string ?? ""
            all.append((name, JSONElement(document: document, index: child + 1)))
            child = Int(document.nodes[child + 1].next)
        }
        return all
    }
}

extension StaticString {
    var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: utf8Start, count: utf8CodeUnitCount) }
}
