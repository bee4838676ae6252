internal import Base
internal import Channels

/// What a client wants to say, read the same way from the socket and from REST.
enum MessageContent {
    /// The text of a message; whatever else it was to carry is refused rather than lost.
    static func text(of data: JSONElement?) throws(Rejection) -> [UInt8] {
        if let type = data?.present("type"), !type.isString("text") {
            throw Rejection(
                .unsupportedType, "messages can only be of the type text",
                faults: [
                    .init(pointer: "/type", code: "not_supported", detail: "messages can only be of the type text")
                ])
        }
        for name in ["attachments", "reference", "action", "tags", "reply_to"] as [StaticString] {
            guard let value = data?.present(name), !(value.isArray && value.elements.isEmpty) else { continue }
            throw .invalid("/\(name)", "not_supported", "messages carry no \(name) yet")
        }
        guard let text = data?.present("text") else { throw .invalid("/text", "required", "text is required") }
        guard let bytes = text.utf8 else { throw .invalid("/text", "invalid_type", "text must be a string") }
        return bytes
    }
}
