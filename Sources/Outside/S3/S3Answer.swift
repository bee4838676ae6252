internal import Base

/// Reads the few things that are wanted of what S3 answers. It is XML of one form, without attributes that matter, and
/// our names and numbers in it need no escapes; so elements are found by their tags.
struct S3Answer {
    private let text: Substring

    init(_ bytes: [UInt8]) { text = String(decoding: bytes, as: UTF8.self)[...] }
    private init(_ text: Substring) { self.text = text }

    /// What stands in the first element of this name.
    subscript(_ name: String) -> String? { parts(name).first.map { String($0.text) } }

    /// The elements of this name, in order.
    func parts(_ name: String) -> [S3Answer] {
        let open = "<\(name)>", close = "</\(name)>"
        var found: [S3Answer] = []
        var rest = text.utf8[...]
        while let start = Self.find(open, in: rest) {
            let content = rest[start.upperBound...]
            guard let end = Self.find(close, in: content) else { break }
            found.append(S3Answer(text[start.upperBound..<end.lowerBound]))
            rest = rest[end.upperBound...]
        }
        return found
    }

    private static func find(_ wanted: String, in text: Substring.UTF8View) -> Range<Substring.Index>? {
        let first = UInt8(ascii: "<")
        var rest = text
        while let start = rest.firstIndex(of: first) {
            let candidate = rest[start...]
            if candidate.starts(with: wanted.utf8) {
                return start..<candidate.index(start, offsetBy: wanted.utf8.count)
            }
            rest = candidate.dropFirst()
        }
        return nil
    }

    /// Why the service does not do it, as it says itself: a code and a sentence, for the log.
    var reason: String? {
        guard let error = parts("Error").first, let code = error["Code"] else { return nil }
        return "\(code.prefix(100)): \((error["Message"] ?? "").prefix(300))"
    }

    /// A page of ListObjectsV2; `nil` when it is none.
    /// - Parameter prefix: taken off the names.
    func page(without prefix: String) -> ObjectPage? {
        // The outermost element has an attribute, the name of its namespace.
        guard text.contains("<ListBucketResult"), let isTruncated = self["IsTruncated"] else { return nil }
        var entries: [ObjectPage.Entry] = []
        for part in parts("Contents") {
            guard let key = part["Key"], let size = part["Size"].flatMap({ Int64($0) }) else { return nil }
            guard key.hasPrefix(prefix) else { continue }
            entries.append(ObjectPage.Entry(name: String(key.dropFirst(prefix.count)), byteCount: size))
        }
        return ObjectPage(entries: entries, isLast: isTruncated != "true")
    }

    /// Uploads in parts that were begun and not ended; `nil` when it is no list of them.
    var unfinished: [(key: String, id: String)]? {
        guard text.contains("<ListMultipartUploadsResult") else { return nil }
        return parts("Upload").compactMap { part in
            guard let key = part["Key"], let id = part["UploadId"] else { return nil }
            return (key, id)
        }
    }
}
