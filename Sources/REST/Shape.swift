public import Base
public import Channels

/// What a JSON object looks like: the same words check what comes in and describe it in the API's documents.
public struct Shape: Sendable {
    public var name: String
    public var fields: [Field]

    public init(_ name: String, _ fields: [Field]) {
        self.name = name
        self.fields = fields
    }

    public struct Field: Sendable {
        public var name: String
        public var kind: Kind
        public var isRequired: Bool
        /// What it means, in one line.
        public var meaning: String
    }

    public indirect enum Kind: Sendable {
        /// Text of so many UTF-8 bytes.
        case text(bytes: ClosedRange<Int>)
        /// A user's number as a string.
        case userID
        case channelID
        /// RFC 3339.
        case time
        case integer(ClosedRange<Int64>)
        case boolean
        case list(of: Kind, countMax: Int)
        /// An object whose members may be called anything.
        case map(to: Kind)
        case object(Shape)
    }

    /// Refuses what has not this shape; every fault is told, the first of them in words too.
    func check(_ object: JSONElement) throws(APIError) {
        let faults = faults(in: object)
        guard let first = faults.first else { return }
        let place = first.pointer.dropFirst()
        throw APIError(
            Rejection(.validationFailed, place.isEmpty ? first.detail : "\(place): \(first.detail)", faults: faults))
    }

    /// Checks an object; every fault is told, not only the first.
    public func faults(in object: JSONElement, at pointer: String = "") -> [Rejection.Fault] {
        guard object.isObject else {
            return [.init(pointer: pointer, code: "invalid_type", detail: "must be an object")]
        }
        let named = Dictionary(object.members) { first, _ in first }
        return fields.flatMap { field -> [Rejection.Fault] in
            let place = "\(pointer)/\(field.name)"
            guard let value = named[field.name], !value.isNull else {
                guard field.isRequired else { return [] }
                return [.init(pointer: place, code: "required", detail: "\(field.name) is required")]
            }
            return field.kind.faults(in: value, at: place)
        }
    }
}

extension Shape.Field {
    public static func required(_ name: String, _ kind: Shape.Kind, _ meaning: String) -> Self {
        Self(name: name, kind: kind, isRequired: true, meaning: meaning)
    }

    public static func optional(_ name: String, _ kind: Shape.Kind, _ meaning: String) -> Self {
        Self(name: name, kind: kind, isRequired: false, meaning: meaning)
    }
}

extension Shape.Kind {
    func faults(in value: JSONElement, at pointer: String) -> [Rejection.Fault] {
        func fault(_ code: String, _ detail: String) -> [Rejection.Fault] {
            [.init(pointer: pointer, code: code, detail: detail)]
        }
        switch self {
        case .text(let bytes):
            guard let text = value.utf8 else { return fault("invalid_type", "must be a string") }
            if text.count < bytes.lowerBound { return fault("too_short", "at least \(bytes.lowerBound) bytes") }
            if text.count > bytes.upperBound { return fault("too_long", "at most \(bytes.upperBound) bytes") }
            return []
        case .userID:
            guard let text = value.utf8 else { return fault("invalid_type", "must be a string") }
            return UserID(text) == nil ? fault("invalid_format", "must be a user's id") : []
        case .channelID:
            guard let text = value.utf8 else { return fault("invalid_type", "must be a string") }
            return ChannelID(text) == nil ? fault("invalid_format", "must be a channel's id") : []
        case .time:
            return value.isString ? [] : fault("invalid_type", "must be a string")
        case .integer(let range):
            guard let number = value.integer else { return fault("invalid_type", "must be a whole number") }
            guard range.contains(number) else {
                return fault("out_of_range", "must be \(range.lowerBound) to \(range.upperBound)")
            }
            return []
        case .boolean:
            return value.bool == nil ? fault("invalid_type", "must be true or false") : []
        case .list(let kind, let countMax):
            guard value.isArray else { return fault("invalid_type", "must be an array") }
            let elements = value.elements
            guard elements.count <= countMax else { return fault("too_long", "at most \(countMax)") }
            return elements.enumerated().flatMap { kind.faults(in: $1, at: "\(pointer)/\($0)") }
        case .map(let kind):
            guard value.isObject else { return fault("invalid_type", "must be an object") }
            // There may be thousands, and one says enough.
            for member in value.members {
                let faults = kind.faults(in: member.value, at: "\(pointer)/\(member.name)")
                if !faults.isEmpty { return faults }
            }
            return []
        case .object(let shape):
            return shape.faults(in: value, at: pointer)
        }
    }
}

extension JSONElement {
    /// What a request without a body has.
    static let emptyObject = (try? JSONDocument(parsing: "{}"))?.root ?? { preconditionFailure("{} is JSON") }()
}
