import TestClient
import Testing

@Suite("A slow reader") struct SlowReaderTests {
    /// Somebody who talks much, and somebody who hears it all at once.
    private struct Busy {
        let talker: ChatSocket
        let fast: ChatSocket
        let channel: String
        var said = 0
        var fastSeqs: [String?] = []
        private static let text = String(repeating: "abcdefgh", count: 2_000)

        /// Says so much in batches; after each, the fast reader has it all.
        mutating func talk(_ count: Int, after batch: (_ heard: Int) throws -> Void) throws {
            for start in stride(from: said + 1, through: said + count, by: 50) {
                for number in start..<start + 50 {
                    try talker.say(
                        "message.send",
                        #"{"channel":"\#(channel)","client_msg_id":"m\#(number)","text":"\#(Self.text)"}"#)
                }
                #expect(try talker.pending().count { $0["ok"] == "true" } == 50)
                while fastSeqs.count < start + 49 { fastSeqs.append(try fast.event("message.created")["seq"]) }
                try batch(fastSeqs.count)
            }
            said += count
        }
    }

    private let messageCount = 2_000

    /// Memory that the server needs for so much talk when nobody is slow.
    private func ordinaryBytes() throws -> Int {
        let server = try RunningServer()
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        var busy = Busy(talker: try ann.socket(), fast: try bob.socket(), channel: try ann.direct(with: bob))
        var most = 0
        try busy.talk(messageCount) { _ in most = max(most, try server.residentBytes()) }
        return most
    }

    @Test func `costs little memory, slows nobody, and in the end has heard everything once and in order`() throws {
        let ordinary = try ordinaryBytes()
        let server = try RunningServer()
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        var busy = Busy(talker: try ann.socket(), fast: try bob.socket(), channel: try ann.direct(with: bob))
        let slow = try bob.socket(receiveBufferBytes: 4_096)
        var slowSeqs: [String?] = [], most = 0, turns = 0
        // On a busy machine the talk takes longer than a socket may take nothing.
        let clock = ContinuousClock(), patience = Duration.seconds(10)
        var takenAt = clock.now
        try busy.talk(messageCount) { heard in
            if turns * 500 < heard || clock.now - takenAt > patience {
                slowSeqs.append(try slow.event("message.created")["seq"])
                takenAt = clock.now
                turns += turns * 500 < heard ? 1 : 0
            }
            most = max(most, try server.residentBytes())
        }
        // 32 MB have gone by, of which hardly anything has been taken.
        #expect(slowSeqs.count < messageCount / 10)
        #expect(most - ordinary < 16 << 20, "\((most - ordinary) >> 10) KiB")

        while slowSeqs.count < messageCount { slowSeqs.append(try slow.event("message.created")["seq"]) }
        let all = (2...messageCount + 1).map { Optional("\($0)") }
        #expect(busy.fastSeqs == all)
        #expect(slowSeqs == all)
        _ = try busy.talker.send("live again", as: "last", to: busy.channel)
        #expect(try slow.event("message.created")["data.text"] == "live again")
    }
}
