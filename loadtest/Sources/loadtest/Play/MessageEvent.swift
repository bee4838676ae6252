/// What `message.created` tells of the message, as far as a load needs it.
struct MessageEvent {
    var number: Int
    /// `nil` for a message that this run did not send.
    var mark: MessageMark?

    /// `nil` without a number.
    init?(_ event: Envelope, _ bytes: Span<UInt8>, prefix: [UInt8]) {
        guard var members = JSONMembers(of: bytes, in: event.data) else { return nil }
        var number: Int?
        while number == nil || mark == nil, let member = members.next(in: bytes) {
            if JSONScan.equals(bytes, member.key, "message_number") {
                number = JSONScan.number(bytes, member.value)
            } else if JSONScan.equals(bytes, member.key, "client_msg_id") {
                mark = JSONScan.inside(bytes, member.value).flatMap { MessageMark(bytes, in: $0, prefix: prefix) }
            }
        }
        guard let number else { return nil }
        self.number = number
    }
}
