public import Base

/// Details as the wire has them, and as they are stored: the same members, with what only the store needs beside them.
extension MessageDetails {
    /// The members that have a value, in the order of the wire.
    public func writePresent(to json: inout JSONWriter) {
        if !attachments.isEmpty {
            json.array("attachments") { json in
                for element in attachments { element.write(to: &json) }
            }
        }
        if let reference {
            json.name("reference")
            reference.write(to: &json)
        }
        if let forwardedFrom {
            json.name("forwarded_from")
            forwardedFrom.write(to: &json)
        }
        if let action {
            json.name("action")
            action.write(to: &json)
        }
        if !tags.isEmpty {
            json.array("tags") { json in
                for element in tags { json.value(element) }
            }
        }
        if !mentions.isEmpty {
            json.array("mentions") { json in
                for element in mentions { json.value(element) }
            }
        }
        if let replyTo { json.member("reply_to", replyTo) }
        if let editedAt { json.member("edited_at", editedAt) }
        if let deletedAt { json.member("deleted_at", deletedAt) }
    }

    /// Everything, as it is stored. Empty for a plain message.
    public var stored: [UInt8]? {
        guard self != .plain else { return nil }
        return JSONWriter.object { json in
            if kind != .text { json.member("type", kind.rawValue) }
            writePresent(to: &json)
            if let thread { json.member("thread", thread) }
            if let fingerprint { json.member("fingerprint", Base64.encodeURLSafe(fingerprint)) }
        }
    }

    /// Reads what `stored` wrote; `nil` when it is damaged.
    public init?(stored bytes: [UInt8]) {
        guard let root = try? JSONDocument(parsing: bytes).root, root.isObject else { return nil }
        self.init()
        if let name = root["type"]?.string {
            guard let kind = Kind(rawValue: name) else { return nil }
            self.kind = kind
        }
        for element in root["attachments"]?.elements ?? [] {
            guard let file = element["file_id"]?.string else { return nil }
            attachments.append(
                Attachment(
                    file: file, name: element["name"]?.string, byteCount: element["size"]?.integer,
                    contentType: element["content_type"]?.string, image: ImageSize(stored: element)))
        }
        if let element = root["reference"] {
            guard let type = element["type"]?.string, let id = element["id"]?.string else { return nil }
            reference = Reference(type: type, id: id)
        }
        if let element = root["action"] {
            guard let name = element["name"]?.string else { return nil }
            action = Action(name: name, parameters: element.present("params").map(\.json))
        }
        tags = (root["tags"]?.elements ?? []).compactMap(\.string)
        mentions = (root["mentions"]?.elements ?? []).compactMap { $0.utf8.flatMap { UserID($0) } }
        replyTo = root["reply_to"]?.integer
        thread = root["thread"]?.integer
        if let element = root["forwarded_from"] {
            guard let sender = element["sender"]?.utf8.flatMap({ UserID($0) }),
                let at = element["created_at"]?.string.flatMap({ Timestamp(rfc3339: $0) })
            else { return nil }
            forwardedFrom = Origin(sender: sender, createdAt: at)
        }
        editedAt = root["edited_at"]?.string.flatMap { Timestamp(rfc3339: $0) }
        deletedAt = root["deleted_at"]?.string.flatMap { Timestamp(rfc3339: $0) }
        fingerprint = root["fingerprint"]?.string.flatMap { Base64.decodeURLSafe($0.utf8) }
    }
}

extension MessageDetails.Attachment {
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("file_id", file)
            json.member("name", orNull: name)
            if let byteCount { json.member("size", byteCount) }
            json.member("content_type", orNull: contentType)
            json.member("url", StoredFile.url(of: file))
            image?.writeMembers(of: file, to: &json)
        }
    }
}

extension ImageSize {
    fileprivate init?(stored element: JSONElement) {
        guard let width = element["width"]?.integer, let height = element["height"]?.integer else { return nil }
        self.init(width: Int(width), height: Int(height))
    }
}

extension MessageDetails.Reference {
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("type", type)
            json.member("id", id)
        }
    }
}

extension MessageDetails.Action {
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("name", name)
            if let parameters {
                json.name("params")
                json.value(raw: parameters)
            }
        }
    }
}

extension MessageDetails.Origin {
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("sender", sender)
            json.member("created_at", createdAt)
        }
    }
}
