import Base

/// A message that a client has sent or is about to send, by the name that it gave it.
struct Utterance: Hashable, Sendable {
    var channel: String
    var sender: String
    var name: String
    var text: String
}

/// A message as the server numbers it.
struct Numbered: Hashable, Sendable {
    var channel: String
    var number: Int64
    var seq: Int64
    var sender: String
    var name: String
    var text: String

    var utterance: Utterance { Utterance(channel: channel, sender: sender, name: name, text: text) }

    /// Reads an event `message.created` or an entry of a history page; `nil` when it is neither.
    init?(_ element: JSONElement) {
        let data = element["data"] ?? element
        guard let channel = element["channel"]?.string, let seq = element["seq"]?.integer,
            let number = data["message_number"]?.integer, let sender = data["sender"]?.string,
            let name = data["client_msg_id"]?.string, let text = data["text"]?.string
        else { return nil }
        self.channel = channel
        self.number = number
        self.seq = seq
        self.sender = sender
        self.name = name
        self.text = text
    }
}

/// What the server has promised by answering.
struct Ack: Equatable, Sendable {
    var number: Int64
    var seq: Int64
}
