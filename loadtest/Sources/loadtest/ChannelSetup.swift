/// Sends one opening command from each of some clients and keeps the channels that the replies name.
final class ChannelSetup: Listener {
    static let secondsMax = 30.0
    private static let commandID = 2

    private let fleet: Fleet
    private var awaited = 0
    private var refusal: String?

    init(fleet: Fleet) { self.fleet = fleet }

    /// Each of the clients has its channel afterwards.
    func run(_ commands: [(client: Client, type: String, data: [UInt8])]) throws(Failure) {
        fleet.listener = self
        defer { fleet.listener = nil }
        awaited = commands.count
        for (client, type, data) in commands {
            let head = #"{"id":\#(Self.commandID),"type":"\#(type)","data":"#
            let text = Array(head.utf8) + data + [UInt8(ascii: "}")]
            guard text.count <= fleet.frameBytesMax else {
                throw Failure("\(type) takes \(text.count) bytes, and the server \(fleet.frameBytesMax) a frame")
            }
            fleet.send(text, from: client)
        }
        let deadline = Clock.after(seconds: Self.secondsMax)
        try fleet.run(until: deadline) { awaited == 0 || refusal != nil }
        if let refusal { throw Failure("a channel was refused: \(refusal)") }
        guard awaited == 0 else {
            throw Failure(
                "\(awaited) channels were not opened within \(Int(Self.secondsMax)) s;"
                    + " errors: \(fleet.faults.errorsText)")
        }
    }

    func answered(_ id: Int, by reply: Envelope, in bytes: Span<UInt8>, at client: Client, _ now: Nanoseconds) {
        guard id == Self.commandID else { return fleet.faults.count("unexpected_reply") }
        guard reply.isDone == true else {
            refusal = reply.errorText(bytes)
            return
        }
        guard let channel = JSONScan.string("channel", bytes, in: reply.data) else {
            refusal = "the reply names no channel"
            return
        }
        let last = JSONScan.member("last_message_number", bytes, in: reply.data)
            .flatMap { JSONScan.number(bytes, $0) }
        let seq = JSONScan.member("seq", bytes, in: reply.data).flatMap { JSONScan.number(bytes, $0) }
        client.channel = Channel(id: JSONScan.copy(bytes, channel), lastMessageNumber: last ?? 0, seq: seq ?? 0)
        awaited -= 1
    }

    func heard(_ event: Envelope, in bytes: Span<UInt8>, at client: Client, _ now: Nanoseconds) {}
}
