import Base

/// What a client asks for. With a name it may be asked again.
struct Wish: Hashable {
    var type: String
    var channel: String
    var number: Int64 = 0
    var name = ""
    var text = ""

    /// Messages of a page of history.
    private static let pageMax = 6

    var isSaying: Bool { !name.isEmpty }

    func frame(id: Int64) -> [UInt8] {
        JSONWriter.object { json in
            json.member("id", id)
            json.member("type", type)
            json.object("data") { json in
                if type == "message.forward" {
                    json.member("from_channel", text)
                    json.member("to_channel", channel)
                } else {
                    json.member("channel", channel)
                }
                if type == "history.get" {
                    json.name(text)
                    json.value(number)
                    json.member("limit", Self.pageMax)
                } else if number > 0 {
                    json.member("message_number", number)
                }
                if !name.isEmpty { json.member("client_msg_id", name) }
                switch type {
                case "message.send", "message.edit": json.member("text", text)
                case "message.delete": json.member("scope", text)
                case "reaction.add": json.member("emoji", text)
                default: break
                }
            }
        }
    }
}
