/// Header fields in the order they came or are to be sent (RFC 9110 section 5). Names are matched without regard to
/// case.
public struct HTTPHeaders: Sendable, Equatable {
    public struct Field: Sendable, Equatable {
        /// Lower-cased in requests; in responses as it was given.
        public var name: String
        public var value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    public private(set) var fields: [Field] = []

    public init() {}

    public init(_ fields: [(String, String)]) {
        self.fields = fields.map { Field(name: $0.0, value: $0.1) }
    }

    /// The first value of a field whose name is given in lower case.
    public subscript(_ name: String) -> String? {
        fields.first { Self.matches($0.name, name) }?.value
    }

    /// Every value of a field, one for each time it occurs.
    public func values(_ name: String) -> [String] {
        fields.filter { Self.matches($0.name, name) }.map(\.value)
    }

    /// The elements of a comma-separated list over all fields of that name (RFC 9110 section 5.6.1), trimmed and
    /// lower-cased; empty elements are left out.
    public func tokens(_ name: String) -> [String] {
        elements(name).map(\.utf8.lowercasedText)
    }

    /// As `tokens`, in the letters they were sent.
    func elements(_ name: String) -> [String] {
        values(name).flatMap { value in
            Array(value.utf8).split(separator: UInt8(ascii: ","))
                .map(\.trimmedOfBlanks).filter { !$0.isEmpty }
                .map { String(decoding: $0, as: UTF8.self) }
        }
    }

    /// Adds a field behind the others, also when there is one of that name.
    public mutating func add(_ name: String, _ value: String) {
        fields.append(Field(name: name, value: value))
    }

    /// Replaces every field of that name by this one.
    public mutating func set(_ name: String, _ value: String) {
        fields.removeAll { Self.matches($0.name, name) }
        add(name, value)
    }

    /// Removes every field of that name.
    public mutating func remove(_ name: String) { fields.removeAll { Self.matches($0.name, name) } }

    /// Says that the answer depends on a field of the request (RFC 9110 section 12.5.5).
    public mutating func vary(on name: String) {
        guard !tokens("vary").contains(name.utf8.lowercasedText) else { return }
        set("Vary", (elements("vary") + [name]).joined(separator: ", "))
    }

    private static func matches(_ one: String, _ other: String) -> Bool {
        one.utf8.count == other.utf8.count
            && zip(one.utf8, other.utf8).allSatisfy { $0 == $1 || $0.lowercased == $1.lowercased }
    }
}
