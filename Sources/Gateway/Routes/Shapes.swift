internal import Base
internal import REST

/// The shapes that several routes answer with, as the API's documents describe them.
extension Shape {
    static let user = Shape(
        "User",
        [
            .required("id", .userID, "the user's number"),
            .required("uuid", .text(bytes: 36...36), "the same user in a form that other systems like"),
            .optional("username", .text(bytes: 1...64), "unique, whatever the case"),
            .optional("email", .text(bytes: 3...254), "unique, whatever the case"),
            .optional("phone", .text(bytes: 8...16), "E.164"),
            .optional("display_name", .text(bytes: 1...256), "what people call them"),
            .required("role", .text(bytes: 1...64), "what they may do on this server"),
            .required("is_active", .boolean, "whether they may log in"),
            .required("created_at", .time, "when the account was made"),
        ])

    static let tokens = Shape(
        "Tokens",
        [
            .required("user", .object(.user), "who has logged in"),
            .required("access_token", .text(bytes: 1...4_096), "a JSON Web Token for the Authorization header"),
            .required("refresh_token", .text(bytes: 43...43), "spent by the next refresh"),
            .required("token_type", .text(bytes: 6...6), "Bearer"),
            .required("expires_in", .integer(1...Int64.max), "seconds for which the access token is valid"),
        ])

    static let channel = Shape(
        "Channel",
        [
            .required("channel", .channelID, "its id"),
            .required("kind", .text(bytes: 1...16), "direct or group"),
            .optional("name", .text(bytes: 1...256), "what a group is called"),
            .required("role", .text(bytes: 1...16), "the caller's: owner, admin, member or reader"),
            .required("members_count", .integer(1...Int64.max), "how many belong to it"),
            .required("seq", .integer(0...Int64.max), "the number of its last event"),
            .required("last_message_number", .integer(0...Int64.max), "the number of its last message"),
            .optional("last_message_at", .time, "when that was sent"),
            .required("read_number", .integer(0...Int64.max), "the caller has read the messages up to this one"),
            .required("unread", .integer(0...Int64.max), "messages after that"),
            .required("created_at", .time, "when it was made"),
        ])

    static let message = Shape(
        "Message",
        [
            .required("channel", .channelID, "where it was said"),
            .required("message_number", .integer(1...Int64.max), "its place among the channel's messages"),
            .required("seq", .integer(1...Int64.max), "its place among the channel's events"),
            .required("sender", .userID, "who said it"),
            .required("type", .text(bytes: 1...16), "text"),
            .required("text", .text(bytes: 1...16_384), "what was said"),
            .required("client_msg_id", .text(bytes: 1...64), "the sender's own name for it"),
            .required("created_at", .time, "when it was committed"),
        ])

    static let sent = Shape(
        "Sent",
        [
            .required("channel", .channelID, "where"),
            .required("message_number", .integer(1...Int64.max), "the number that the message has for ever"),
            .required("seq", .integer(1...Int64.max), "its place among the channel's events"),
            .required("client_msg_id", .text(bytes: 1...64), "the sender's own name for it"),
            .required("created_at", .time, "when it was committed"),
            .required("duplicate", .boolean, "whether it had been sent before"),
        ])

    static let member = Shape(
        "Member",
        [
            .required("user", .object(Shape("UserCard", [.required("id", .userID, "the user's number")])), "who"),
            .required("role", .text(bytes: 1...16), "owner, admin, member or reader"),
            .required("read_number", .integer(0...Int64.max), "has read the messages up to this one"),
            .required("joined_at", .time, "since when"),
        ])

    /// One page of a list.
    static func page(of shape: Shape) -> Shape {
        Shape(
            "\(shape.name)Page",
            [
                .required("items", .list(of: .object(shape), countMax: .max), "in order"),
                .optional("next_cursor", .text(bytes: 1...256), "where the next page begins; null on the last one"),
            ])
    }
}
