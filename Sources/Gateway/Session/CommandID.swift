internal import Base

/// The client's own number for a command, given back with its reply.
enum CommandID: Equatable, Sendable {
    /// The client wants no reply.
    case none
    case integer(Int64)
    case text(String)

    static let textBytesMax = 64

    /// Reads the `id` of a command; `nil` when it is neither an integer nor a string of at most 64 bytes.
    init?(_ element: JSONElement?) {
        guard let element else {
            self = .none
            return
        }
        if let integer = element.integer {
            self = .integer(integer)
        } else if let text = element.string, text.utf8.count <= Self.textBytesMax {
            self = .text(text)
        } else {
            return nil
        }
    }

    func write(to json: inout JSONWriter) {
        switch self {
        case .none: return
        case .integer(let integer): json.member("id", integer)
        case .text(let text): json.member("id", text)
        }
    }
}
