internal import Base
internal import Channels

/// A command's `data`, or a request's body, read member by member: each with a clear refusal when it is not what it has
/// to be.
struct CommandData {
    private let object: JSONElement?

    /// - Parameter object: an object, or nothing.
    init(_ object: JSONElement?) { self.object = object }

    /// A member that is there and is not `null`.
    func present(_ name: StaticString) -> JSONElement? { object?.present(name) }
    /// A member that is there, `null` or not.
    func named(_ name: StaticString) -> JSONElement? { object?[name] }

    func channel(_ name: StaticString = "channel") throws(Rejection) -> ChannelID {
        guard let value = present(name) else { throw .invalid("/\(name)", "required", "\(name) is required") }
        guard value.isString else { throw .invalid("/\(name)", "invalid_type", "\(name) must be a string") }
        guard let channel = ChannelID(value.raw) else { throw .noSuchChannel }
        return channel
    }

    func text(_ name: StaticString) throws(Rejection) -> String {
        guard let text = try optionalText(name) else { throw .invalid("/\(name)", "required", "\(name) is required") }
        return text
    }

    func optionalText(_ name: StaticString) throws(Rejection) -> String? {
        guard let value = present(name) else { return nil }
        guard let text = value.string else { throw .invalid("/\(name)", "invalid_type", "\(name) must be a string") }
        return text
    }

    func utf8(_ name: StaticString) throws(Rejection) -> [UInt8] {
        guard let value = present(name) else { throw .invalid("/\(name)", "required", "\(name) is required") }
        guard let text = value.utf8 else { throw .invalid("/\(name)", "invalid_type", "\(name) must be a string") }
        return text
    }

    /// One of a few words; `nil` when there is none.
    func word<Word: RawRepresentable & CaseIterable>(
        _ name: StaticString, as type: Word.Type
    ) throws(Rejection) -> Word? where Word.RawValue == String {
        guard let text = try optionalText(name) else { return nil }
        guard let word = Word(rawValue: text) else {
            let known = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw .invalid("/\(name)", "not_supported", "\(name) can be \(known)")
        }
        return word
    }

    func number(_ name: StaticString, from least: Int64, to most: Int64 = .max) throws(Rejection) -> Int64 {
        guard let number = try optionalNumber(name, from: least, to: most) else {
            throw .invalid("/\(name)", "required", "\(name) is required")
        }
        return number
    }

    func optionalNumber(
        _ name: StaticString, from least: Int64, to most: Int64 = .max
    ) throws(Rejection) -> Int64? {
        guard let value = present(name) else { return nil }
        guard let number = value.integer else {
            throw .invalid("/\(name)", "invalid_type", "\(name) must be a whole number")
        }
        guard number >= least, number <= most else {
            let bounds = most == .max ? "at least \(least)" : "\(least) to \(most)"
            throw .invalid("/\(name)", "out_of_range", "\(name) must be \(bounds)")
        }
        return number
    }

    /// RFC 3339; `nil` when there is none.
    func optionalTime(_ name: StaticString) throws(Rejection) -> Timestamp? {
        guard let text = try optionalText(name) else { return nil }
        guard let time = Timestamp(rfc3339: text) else {
            throw .invalid("/\(name)", "invalid_format", "\(name) must be a time such as 2026-11-20T17:20:00Z")
        }
        return time
    }

    /// The elements of an array; none when there is no such member.
    func list(_ name: StaticString) throws(Rejection) -> [JSONElement] {
        guard let value = present(name) else { return [] }
        guard value.isArray else { throw .invalid("/\(name)", "invalid_type", "\(name) must be an array") }
        return value.elements
    }

    func users(_ name: StaticString) throws(Rejection) -> [UserID] {
        var users: [UserID] = []
        for (index, element) in try list(name).enumerated() {
            guard let id = element.utf8.flatMap({ UserID($0) }) else {
                throw .invalid("/\(name)/\(index)", "invalid_format", "\(name) must be users' ids")
            }
            users.append(id)
        }
        return users
    }

    /// `client_msg_id`, or one of the server's making where the client has none.
    func clientMessageID(
        within limits: Limits, random: inout RandomSource
    ) throws(Rejection) -> ClientMessageID {
        guard let name = present("client_msg_id") else { return ClientMessageID(random: &random) }
        guard let bytes = name.utf8 else {
            throw .invalid("/client_msg_id", "invalid_type", "client_msg_id must be a string")
        }
        let id = ClientMessageID(bytes)
        try id.validate(within: limits)
        return id
    }
}
