internal import Base
internal import Channels

/// Messages as the wire has them.
extension Message {
    /// What its sender is told: where it stands for ever, and whether it stood there before.
    func writeSent(isDuplicate: Bool, to json: inout JSONWriter) {
        json.member("channel", channel)
        json.member("message_number", number)
        json.member("seq", seq)
        json.member("client_msg_id", utf8: clientMessageID.bytes)
        json.member("created_at", createdAt)
        json.member("duplicate", isDuplicate)
    }

    /// What others are told: the members that have a value.
    func writeCreated(to json: inout JSONWriter) {
        json.object { json in
            json.member("message_number", number)
            json.member("sender", sender)
            json.member("client_msg_id", utf8: clientMessageID.bytes)
            guard !isDeleted else {
                json.member("created_at", createdAt)
                return details.writePresent(to: &json)
            }
            json.member("type", isPlain ? "text" : details.kind.rawValue)
            json.member("text", utf8: text)
            json.member("created_at", createdAt)
            if !isPlain { details.writePresent(to: &json) }
        }
    }

    /// What others are told of another text.
    func writeUpdated(to json: inout JSONWriter) {
        json.object { json in
            json.member("message_number", number)
            json.member("text", utf8: text)
            if !details.mentions.isEmpty {
                json.array("mentions") { json in
                    for element in details.mentions { json.value(element) }
                }
            }
            json.member("edited_at", orNull: details.editedAt)
        }
    }
}

extension MessageView {
    /// The shape `Message` of the API: every member, whether it has a value or not.
    func write(to json: inout JSONWriter) {
        let details = message.details
        json.object { json in
            json.member("channel", message.channel)
            json.member("message_number", message.number)
            json.member("seq", message.seq)
            json.member("sender", message.sender)
            if message.isDeleted {
                json.member("type", orNull: nil as String?)
                json.member("text", orNull: nil as String?)
            } else {
                json.member("type", details.kind.rawValue)
                json.member("text", utf8: message.text)
            }
            json.array("attachments") { json in
                for element in details.attachments { element.write(to: &json) }
            }
            json.name("reference")
            details.reference.map { $0.write(to: &json) } ?? json.null()
            json.name("forwarded_from")
            details.forwardedFrom.map { $0.write(to: &json) } ?? json.null()
            json.name("action")
            details.action.map { $0.write(to: &json) } ?? json.null()
            json.array("tags") { json in
                for element in details.tags { json.value(element) }
            }
            json.array("mentions") { json in
                for element in details.mentions { json.value(element) }
            }
            json.member("reply_to", orNull: details.replyTo)
            json.name("thread")
            thread.map { $0.write(to: &json) } ?? json.null()
            json.array("reactions") { json in
                for element in reactions { element.write(to: &json) }
            }
            json.member("pinned_at", orNull: pinnedAt)
            json.member("client_msg_id", utf8: message.clientMessageID.bytes)
            json.member("created_at", message.createdAt)
            json.member("edited_at", orNull: details.editedAt)
            json.member("deleted_at", orNull: details.deletedAt)
        }
    }
}

extension MessageView.Thread {
    fileprivate func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("replies", replyCount)
            json.member("last_reply", lastReply)
        }
    }
}

extension MessageView.Reaction {
    fileprivate func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("emoji", emoji)
            json.member("count", count)
            json.member("mine", isMine)
        }
    }
}
