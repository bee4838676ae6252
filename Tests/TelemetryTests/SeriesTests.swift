import Base
import Testing

@testable import Telemetry

@Suite("Figures of spans") struct SeriesTests {
    @Test func `are what has come since the last of them`() {
        var reading = SeriesMeter.Reading()
        reading.messages = 100
        reading.sockets = 7
        reading.commits.observe(2_000_000)
        var meter = SeriesMeter(from: reading)
        reading.messages = 130
        reading.sockets = 5
        for _ in 0..<4 { reading.commits.observe(1_000_000) }
        reading.processorSeconds = 1.5
        let figures = meter.advance(to: reading)
        #expect(figures[.messages] == 30)
        #expect(figures[.sockets] == 5)
        #expect(figures[.commits] == 4)
        #expect(figures[.commitTime] == 4_000)
        #expect((500...1_100).contains(figures[.commitWorst]))
        #expect(figures[.processor] == 1_500)
        #expect(meter.advance(to: reading)[.messages] == 0)
    }

    @Test func `what only grows never counts backwards`() {
        var reading = SeriesMeter.Reading()
        reading.messages = 100
        var meter = SeriesMeter(from: reading)
        reading.messages = 90
        #expect(meter.advance(to: reading)[.messages] == 0)
    }

    @Test func `of a longer span are sums, the most, the least or the last`() {
        var one = Figures(), other = Figures()
        (one[.messages], other[.messages]) = (3, 4)
        (one[.sockets], other[.sockets]) = (9, 2)
        (one[.users], other[.users]) = (9, 2)
        (one[.free], other[.free]) = (9, 2)
        let both = one.joined(by: other)
        #expect(both[.messages] == 7)
        #expect(both[.sockets] == 9)
        #expect(both[.users] == 2)
        #expect(both[.free] == 2)
    }

    @Test(arguments: SeriesSpan.allCases) func `begin where the clock in UTC says so`(span: SeriesSpan) throws {
        for text in ["2026-11-22T08:43:21.500Z", "1969-12-31T23:59:59.000Z", "2026-11-22T00:00:00.000Z"] {
            let moment = try #require(Timestamp(rfc3339: text)), start = span.start(of: moment)
            #expect(start <= moment)
            #expect(moment.seconds - start.seconds < span.seconds)
            #expect(start.seconds % span.seconds == 0)
        }
    }
}
