import Testing

@testable import loadtest

struct PlayTests {
    @Test func `arrivals come at their rate, whatever becomes of them, and never early`() throws {
        for kind in [Plan.Arrivals.poisson, .even] {
            var arrivals = Arrivals(rate: 1_000, from: 5_000_000_000, kind: kind, seed: 7)
            let early = arrivals.take(before: 5_000_000_000)
            #expect(early == nil)
            var last: Nanoseconds = 5_000_000_000
            var count = 0
            // The generator stood still for ten seconds: all that was due meanwhile is still due when it was.
            while let due = arrivals.take(before: 15_000_000_000) {
                #expect(due >= last && due < 15_000_000_000)
                last = due
                count += 1
            }
            #expect((9_500...10_500).contains(count))
        }
    }

    @Test func `gaps between people are of all lengths, and a metronome's are not`() {
        func gaps(_ kind: Plan.Arrivals) -> [Nanoseconds] {
            var arrivals = Arrivals(rate: 100, from: 0, kind: kind, seed: 3)
            var dues: [Nanoseconds] = []
            while let due = arrivals.take(before: 100_000_000_000) { dues.append(due) }
            return zip(dues.dropFirst(), dues).map { $0 - $1 }
        }
        #expect(gaps(.even).allSatisfy { (9_999_000...10_001_000).contains($0) })
        let short = gaps(.poisson).count { $0 < 5_000_000 }
        // 1 - exp(-1/2) of them are shorter than half the mean.
        #expect((3_600...4_300).contains(short))
    }

    @Test func `at a rate of nothing nothing arrives`() {
        var arrivals = Arrivals(rate: 0, from: 0, kind: .poisson, seed: 1)
        #expect(arrivals.next == nil)
        let due = arrivals.take(before: .max)
        #expect(due == nil)
    }

    @Test func `what one process counted another reads as it was`() throws {
        var tally = Tally()
        tally[.sent] = 5
        tally[.refused] = 2
        for value in [1, 200, 70_000, 5_000_000_000] as [UInt64] { tally.record(.delivery, value) }
        tally.record(.delivery, 200)
        tally.clientCPU = 1_234
        tally.connections = 9
        let read = try #require(Tally(WordLine("tick stage=1 " + tally.pairs)))
        #expect(read[.sent] == 5)
        #expect(read[.refused] == 2)
        #expect(read[.replies] == 0)
        #expect(read.clientCPU == 1_234)
        #expect(read.connections == 9)
        #expect(read.latency(.delivery).count == 5)
        #expect(read.latency(.delivery).max == 5_000_000_000)
        #expect(read.latency(.delivery).percentile(50) == tally.latency(.delivery).percentile(50))
        #expect(read.latency(.reply).count == 0)
        var faults = Faults()
        faults.lost = 3
        faults.count("rate_limited")
        faults.count("rate_limited")
        let again = Faults(WordLine("result " + faults.pairs))
        #expect(again.lost == 3)
        #expect(again.errorsText == "rate_limited ×2")
    }

    @Test(arguments: ["x", "5,1", "5,1:x", "5,99999:1", "5,1:-1", "5,1:1:1"])
    func `a histogram that is none is refused`(line: String) {
        #expect(Histogram(line: Substring(line)) == nil)
    }

    @Test func `a message's mark carries its due time from one process to another`() {
        let prefix = MessageMark.prefix(ofRun: 0x1234_5678_9ABC)
        var bytes: [UInt8] = []
        let sent = MessageMark(sender: 19_999, sequence: 4_294_967_295, due: 999_999_999_999_999)
        sent.append(to: &bytes, prefix: prefix)
        // The protocol's bound on client_msg_id.
        #expect(bytes.count <= 64)
        let read = MessageMark(bytes.span, in: 0..<bytes.count, prefix: prefix)
        #expect(read == sent)
        for text in ["1", "1-", "1-2-", "1-2-3-4", "-", "a-b"] {
            let broken = prefix + Array(text.utf8)
            let mark = MessageMark(broken.span, in: 0..<broken.count, prefix: prefix)
            #expect(mark == nil)
        }
    }

    @Test func `who was cut off sends its messages again and forgets the rest`() {
        var seat = Seat()
        let first = seat.ask(.message, due: 10)
        _ = seat.ask(.page, due: 20)
        let second = seat.ask(.message, due: 30)
        seat.leave()
        #expect(seat.asked.isEmpty)
        #expect(seat.again.map(\.number) == [first, second])
        #expect(seat.again.allSatisfy { $0.asked.isAgain })
        #expect(seat.again.map(\.asked.due) == [10, 30])
    }

    @Test func `the search for the most doubles, then halves, and ends`() {
        var search = MaximumSearch()
        var tried: [Int] = []
        while let percent = search.next {
            tried.append(percent)
            search.found(percent, holds: percent <= 530)
        }
        #expect(tried == [100, 200, 400, 800, 600, 500, 550, 525])
        #expect(search.best == 525)
        var hopeless = MaximumSearch(), endless = MaximumSearch()
        var count = 0
        while let percent = hopeless.next {
            hopeless.found(percent, holds: false)
            count += 1
        }
        #expect(hopeless.best == 0)
        #expect(count == 5)
        while let percent = endless.next { endless.found(percent, holds: true) }
        #expect(endless.best == 51_200)
    }

    @Test func `an answer is read when it is whole`() throws {
        let text = "HTTP/1.1 200 OK\r\nContent-Type: x\r\nContent-Length: 5\r\n\r\nhello"
        let whole = try #require(HTTPCall.read(Array(text.utf8)))
        #expect(whole.status == 200)
        #expect(whole.body == Array("hello".utf8))
        for count in [0, 10, text.utf8.count - 1] { #expect(HTTPCall.read(Array(text.utf8.prefix(count))) == nil) }
    }

    @Test func `an empty histogram is written as HdrHistogram writes it`() {
        let bytes = HDRLog.compressed(Histogram())
        #expect(Array(bytes[0..<4]) == [0x1C, 0x84, 0x93, 0x14])
        // The length of what follows, then a zlib stream of one stored block with the head of 40 bytes.
        #expect(Array(bytes[4..<8]) == [0, 0, 0, 51])
        #expect(Array(bytes[8..<15]) == [0x78, 0x01, 1, 40, 0, 0xD7, 0xFF])
        #expect(Array(bytes[15..<19]) == [0x1C, 0x84, 0x93, 0x13])
        #expect(bytes.count == 59)
    }
}
