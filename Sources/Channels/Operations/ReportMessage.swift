public import Base

/// Tells those who run the server of a message.
public struct ReportMessage: Equatable, Sendable {
    public var channel: ChannelID
    public var number: Int64
    public var reason: String
    public var comment: String?

    public init(channel: ChannelID, number: Int64, reason: String, comment: String?) {
        self.channel = channel
        self.number = number
        self.reason = reason
        self.comment = comment
    }
}
