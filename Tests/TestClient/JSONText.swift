internal import Base

/// A JSON text as a test looks at it.
public struct JSONText: Sendable {
    private let root: JSONElement

    public init(_ bytes: [UInt8]) throws { root = try JSONDocument(parsing: bytes).root }

    private func element(_ path: String) -> JSONElement? {
        var element = root
        for name in path.split(separator: ".") {
            let next = Int(name).map { element.elements.indices.contains($0) ? element.elements[$0] : nil }
            guard let next = next ?? element.members.first(where: { $0.name == name })?.value else { return nil }
            element = next
        }
        return element
    }

    /// The value at a path such as `data.channels.0.seq`: a string's characters, anything else as it is written.
    public subscript(_ path: String) -> String? {
        element(path).map { $0.string ?? String(decoding: $0.raw, as: UTF8.self) }
    }

    /// The names of the members at a path, in order.
    public func names(_ path: String = "") -> [String] { element(path)?.members.map(\.name) ?? [] }

    public func count(_ path: String) -> Int? { element(path)?.elements.count }

    /// The values of an array of strings or numbers, as they are written in texts.
    public func values(_ path: String) -> [String] {
        element(path)?.elements.map { $0.string ?? String(decoding: $0.raw, as: UTF8.self) } ?? []
    }
}
