/// Asks for the last message of every channel, to compare what is stored with what was promised.
final class StoredNumbers: Listener {
    private static let secondsMax = 10.0
    private static let commandID = 3

    private let fleet: Fleet
    private var lastNumbers: [ObjectIdentifier: Int] = [:]
    private var awaited = 0

    init(fleet: Fleet) { self.fleet = fleet }

    /// Channels whose stored messages are not exactly the promised ones: one was lost, or stored and refused.
    func differences(from promised: [ObjectIdentifier: Promised]) throws(Failure) -> Int {
        fleet.listener = self
        defer { fleet.listener = nil }
        var asked: Set<ObjectIdentifier> = []
        for client in fleet.clients {
            guard let channel = client.channel, asked.insert(ObjectIdentifier(channel)).inserted else { continue }
            awaited += 1
            let head = #"{"id":\#(Self.commandID),"type":"history.get","data":{"limit":1,"channel":""#
            fleet.send(Array(head.utf8) + channel.id + Array(#""}}"#.utf8), from: client)
        }
        try fleet.run(until: Clock.after(seconds: Self.secondsMax)) { awaited == 0 }
        guard awaited == 0 else { throw Failure("\(awaited) channels did not tell of their last message") }
        return asked.count { !(promised[$0] ?? Promised()).isExactly(upTo: lastNumbers[$0] ?? 0) }
    }

    func answered(_ id: Int, by reply: Envelope, in bytes: Span<UInt8>, at client: Client, _ now: Nanoseconds) {
        guard id == Self.commandID, reply.isDone == true, let channel = client.channel,
            let messages = JSONScan.member("messages", bytes, in: reply.data)
        else { return fleet.faults.count(reply.errorCode(bytes)) }
        awaited -= 1
        let first = messages.lowerBound + 1..<messages.upperBound
        guard let value = JSONScan.member("message_number", bytes, in: first) else { return }
        lastNumbers[ObjectIdentifier(channel)] = JSONScan.number(bytes, value)
    }

    func heard(_ event: Envelope, in bytes: Span<UInt8>, at client: Client, _ now: Nanoseconds) {}
}
