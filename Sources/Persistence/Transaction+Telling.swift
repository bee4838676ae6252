internal import Base
internal import Channels

extension Transaction {
    /// Tells a user, on the own log, of what this transaction has made so. `data` writes the whole of it, an object.
    mutating func tell(_ user: UserID, _ kind: Event.Note.Kind, _ data: (inout JSONWriter) -> Void) {
        var json = JSONWriter()
        data(&json)
        commands.append(Proposal(user: user, command: .tellUser(TellUser(kind, data: json.bytes))))
    }
}
