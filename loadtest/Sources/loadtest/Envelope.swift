/// What the server said, read as far as a load test needs it: ranges into the frame's bytes.
struct Envelope {
    enum Kind { case hello, ready, resumed, messageCreated, ping, reconnect, other }

    var kind = Kind.other
    /// A command's own number, when this is its reply.
    var id: Int?
    /// Whether the command was done; `nil` for an event.
    var isDone: Bool?
    var channel = 0..<0
    /// An event's place in its channel's log; 0 for an event without one.
    var seq = 0
    var data = 0..<0
    var error = 0..<0

    /// `nil` when the frame is not a JSON object.
    init?(_ bytes: Span<UInt8>, in range: Range<Int>) {
        guard var members = JSONMembers(of: bytes, in: range) else { return nil }
        while let member = members.next(in: bytes) {
            if JSONScan.equals(bytes, member.key, "type") {
                kind = Self.kind(bytes, member.value)
            } else if JSONScan.equals(bytes, member.key, "data") {
                data = member.value
            } else if JSONScan.equals(bytes, member.key, "channel") {
                channel = JSONScan.inside(bytes, member.value) ?? 0..<0
            } else if JSONScan.equals(bytes, member.key, "id") {
                id = JSONScan.number(bytes, member.value)
            } else if JSONScan.equals(bytes, member.key, "seq") {
                seq = JSONScan.number(bytes, member.value) ?? 0
            } else if JSONScan.equals(bytes, member.key, "ok") {
                isDone = JSONScan.equals(bytes, member.value, "true")
            } else if JSONScan.equals(bytes, member.key, "error") {
                error = member.value
            }
        }
    }

    /// Whether a frame is this event, by its first bytes, as our server writes it.
    static func isMessageCreated(_ bytes: Span<UInt8>, in range: Range<Int>) -> Bool {
        let beginning: StaticString = #"{"type":"message.created""#
        let end = range.lowerBound + beginning.utf8CodeUnitCount
        return end <= range.upperBound && JSONScan.equals(bytes, range.lowerBound..<end, beginning)
    }

    private static func kind(_ bytes: Span<UInt8>, _ value: Range<Int>) -> Kind {
        guard let name = JSONScan.inside(bytes, value) else { return .other }
        if JSONScan.equals(bytes, name, "message.created") { return .messageCreated }
        if JSONScan.equals(bytes, name, "ping") { return .ping }
        if JSONScan.equals(bytes, name, "hello") { return .hello }
        if JSONScan.equals(bytes, name, "ready") { return .ready }
        if JSONScan.equals(bytes, name, "resumed") { return .resumed }
        if JSONScan.equals(bytes, name, "reconnect") { return .reconnect }
        return .other
    }

    /// The code of a refusal, as in "rate_limited".
    func errorCode(_ bytes: Span<UInt8>) -> String {
        JSONScan.string("code", bytes, in: error).map { JSONScan.text(bytes, $0) } ?? "no_code"
    }

    /// The code and the server's words.
    func errorText(_ bytes: Span<UInt8>) -> String {
        let words = JSONScan.string("message", bytes, in: error).map { ": " + JSONScan.text(bytes, $0) } ?? ""
        return errorCode(bytes) + words
    }
}
