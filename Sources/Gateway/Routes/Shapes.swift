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
            .optional("avatar", .text(bytes: 1...1_024), "an address of the web, or the id of a file"),
            .optional("bio", .text(bytes: 0...2_000), "what they say about themselves"),
            .optional("locale", .text(bytes: 1...64), "a language tag such as pt-BR"),
            .optional("time_zone", .text(bytes: 1...64), "such as Europe/Berlin"),
            .optional("date_of_birth", .text(bytes: 10...10), "such as 2001-02-28"),
            .required("role", .text(bytes: 1...64), "what they may do on this server"),
            .required("is_active", .boolean, "whether they may log in"),
            .required("is_verified", .boolean, "whether they are known to read their e-mail or messages"),
            .required("is_staff", .boolean, "whether they help to run the server"),
            .required("is_superuser", .boolean, "whether they may do everything"),
            .required("created_at", .time, "when the account was made"),
            .required("updated_at", .time, "when it was last changed"),
            .optional("last_seen_at", .time, "when they were last here"),
            .optional("deleted_at", .time, "since when nothing is left but the number"),
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

    static let file = Shape(
        "File",
        [
            .required("id", .text(bytes: 24...24), "what messages call it, and nobody can guess"),
            .required("name", .text(bytes: 1...4_096), "what it is called"),
            .required("size", .integer(0...Int64.max), "bytes"),
            .required("content_type", .text(bytes: 1...128), "what its bytes say that it is"),
            .required("sha256", .text(bytes: 64...64), "of its bytes"),
            .required("url", .text(bytes: 1...256), "where it is found"),
            .optional("width", .integer(1...Int64.max), "points, of an image that says so"),
            .optional("height", .integer(1...Int64.max), "and its height"),
            .optional("thumbnail_url", .text(bytes: 1...256), "where a small image of it is, if one can be made"),
            .required("owner", .userID, "who uploaded it"),
            .required("created_at", .time, "when that was"),
        ])

    static let channel = Shape(
        "Channel",
        [
            .required("channel", .channelID, "its id"),
            .required("kind", .text(bytes: 1...16), "direct, group or broadcast"),
            .optional("name", .text(bytes: 1...256), "what it is called"),
            .optional("topic", .text(bytes: 0...1_024), "what it is about"),
            .required("visibility", .text(bytes: 1...16), "private, or public where anybody may join"),
            .optional("history", .text(bytes: 1...16), "what who joins sees: all, or what comes after (joined)"),
            .optional("role", .text(bytes: 1...16), "the caller's: owner, admin, member or reader; null for visitors"),
            .required("members_count", .integer(1...Int64.max), "how many belong to it"),
            .optional("seq", .integer(0...Int64.max), "the number of its last event"),
            .optional("last_message_number", .integer(0...Int64.max), "the number of its last message"),
            .optional("last_message_at", .time, "when that was sent"),
            .optional("read_number", .integer(0...Int64.max), "the caller has read the messages up to this one"),
            .optional("unread", .integer(0...Int64.max), "messages after that which are there for the caller"),
            .optional("mentions", .integer(0...Int64.max), "of those, the ones that name the caller"),
            .optional("notifications", .text(bytes: 1...16), "all, mentions or none"),
            .optional("muted_until", .time, "no notifications before"),
            .optional("retention_seconds", .integer(1...Int64.max), "age at which messages go; null for never"),
            .optional("archived_at", .time, "since when it is closed to everything new"),
            .required("created_at", .time, "when it was made"),
            .optional("updated_at", .time, "when it was last changed"),
            .optional("user", .object(.userCard), "the other member of a direct channel"),
        ])

    static let directState = Shape(
        "ChannelState",
        [
            .optional("user1", .userID, "the member with the lower number"),
            .optional("user2", .userID, "the other one"),
            .required("total_messages_count", .integer(0...Int64.max), "messages so far"),
            .optional("last_message_timestamp", .time, "when the last one was sent"),
            .required("last_msg_read_by_user1", .boolean, "whether the last one is read"),
            .required("last_msg_read_by_user2", .boolean, "likewise"),
            .required("notify_new_message_to_user1", .boolean, "whether there is something to be notified of"),
            .required("notify_new_message_to_user2", .boolean, "likewise"),
            .required("started", .boolean, "whether anything was said"),
            .required("active", .boolean, "whether it is open"),
        ])

    static let userCard = Shape(
        "UserCard",
        [
            .required("id", .userID, "the user's number"),
            .optional("username", .text(bytes: 1...64), "a name to be found by"),
            .optional("display_name", .text(bytes: 1...256), "what people call them"),
        ])

    static let message = Shape(
        "Message",
        [
            .required("channel", .channelID, "where it was said"),
            .required("message_number", .integer(1...Int64.max), "its place among the channel's messages"),
            .required("seq", .integer(1...Int64.max), "its place among the channel's events"),
            .required("sender", .userID, "who said it"),
            .optional("type", .text(bytes: 1...16), "text, file or image; null when it is deleted"),
            .optional("text", .text(bytes: 0...16_384), "what was said"),
            .required("attachments", .list(of: .object(.attachment), countMax: 10), "files"),
            .optional("reference", .object(Shape("MessageReference", [])), "what it is about: type and id"),
            .optional("forwarded_from", .object(Shape("Origin", [])), "who said it first, and when"),
            .optional("action", .object(Shape("MessageAction", [])), "something to do: name and params"),
            .required("tags", .list(of: .text(bytes: 1...64), countMax: 20), "by which it is found"),
            .required("mentions", .list(of: .userID, countMax: 50), "members whom it names"),
            .optional("reply_to", .integer(1...Int64.max), "the message that it answers"),
            .optional("thread", .object(Shape("Thread", [])), "replies, and the number of the last_reply"),
            .required("reactions", .list(of: .object(Shape("Reaction", [])), countMax: 20), "emoji, count, mine"),
            .optional("pinned_at", .time, "since when it is pinned"),
            .required("client_msg_id", .text(bytes: 1...64), "the sender's own name for it"),
            .required("created_at", .time, "when it was committed"),
            .optional("edited_at", .time, "when it was given another text"),
            .optional("deleted_at", .time, "when it was deleted for all"),
        ])

    static let attachment = Shape(
        "Attachment",
        [
            .required("file_id", .text(bytes: 1...128), "the file"),
            .optional("name", .text(bytes: 1...255), "what it was called"),
            .optional("size", .integer(0...Int64.max), "bytes"),
            .optional("content_type", .text(bytes: 1...255), "what kind of file it is"),
            .required("url", .text(bytes: 1...1_024), "where it is"),
            .optional("width", .integer(1...Int64.max), "points, of an image that says so"),
            .optional("height", .integer(1...Int64.max), "and its height"),
            .optional("thumbnail_url", .text(bytes: 1...1_024), "where a small image of it is, if one can be made"),
        ])

    static let edited = Shape(
        "Edited",
        [
            .required("channel", .channelID, "where"),
            .required("message_number", .integer(1...Int64.max), "which message"),
            .required("seq", .integer(1...Int64.max), "the change's place among the channel's events"),
            .required("edited_at", .time, "when it was committed"),
        ])

    static let changed = Shape(
        "Changed",
        [
            .required("channel", .channelID, "where"),
            .required("seq", .integer(1...Int64.max), "where the channel's log stands"),
        ])

    static let readState = Shape(
        "ReadState",
        [
            .required("read_number", .integer(0...Int64.max), "where the marker stands"),
            .required("unread", .integer(0...Int64.max), "messages after it"),
            .required("mentions", .integer(0...Int64.max), "of those, the ones that name the caller"),
        ])

    static let receipt = Shape(
        "Receipt",
        [
            .required("user", .object(.userCard), "who"),
            .required("read_number", .integer(1...Int64.max), "has read the messages up to this one"),
        ])

    static let reported = Shape("Reported", [.required("id", .text(bytes: 1...20), "the report's number")])

    static let notifications = Shape(
        "NotificationLevel",
        [
            .required("level", .text(bytes: 1...16), "all, mentions or none"),
            .optional("muted_until", .time, "no notifications before"),
        ])

    static let invite = Shape(
        "Invite",
        [
            .required("id", .text(bytes: 1...20), "its number"),
            .optional("token", .text(bytes: 24...24), "told once"),
            .optional("url", .text(bytes: 1...256), "the chat page that takes it"),
            .required("channel", .channelID, "where it leads"),
            .required("role", .text(bytes: 1...16), "what who comes by it may do"),
            .required("uses_max", .integer(0...Int64.max), "how often it can be used; 0 without bound"),
            .required("uses", .integer(0...Int64.max), "how often it was"),
            .required("expires_at", .time, "when it ends"),
            .required("created_at", .time, "when it was made"),
            .required("by", .userID, "who made it"),
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
            .required("user", .object(.userCard), "who"),
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
