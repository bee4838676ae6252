/// The query of a request target, decoded as HTML forms write it: pairs between `&`, `+` for a space.
public struct HTTPQuery: Sendable {
    /// More pairs than this are refused: no request of ours needs them, and each costs work.
    static let pairCountMax = 64

    /// In the order they came; a name without `=` has an empty value.
    public var pairs: [(name: String, value: String)] = []

    public init() {}

    /// The first value of that name.
    public subscript(_ name: String) -> String? { pairs.first { $0.name == name }?.value }

    init(parsing bytes: ArraySlice<UInt8>) throws(HTTPViolation) {
        for pair in bytes.split(separator: UInt8(ascii: "&")) {
            guard pairs.count < Self.pairCountMax else { throw HTTPViolation(400, "the query has too many members") }
            let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            guard let name = PercentDecoding.decode(pair[..<equals], plusIsSpace: true),
                let value = PercentDecoding.decode(pair[equals...].dropFirst(), plusIsSpace: true)
            else { throw HTTPViolation(400, "the query is not well encoded") }
            pairs.append((name, value))
        }
    }
}
