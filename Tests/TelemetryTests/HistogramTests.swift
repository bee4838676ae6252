import Testing

@testable import Telemetry

@Suite("Histograms") struct HistogramTests {
    @Test(arguments: [HistogramForm.time, .size]) func `put each value where its bound is not below it`(
        form: HistogramForm
    ) {
        for bit in 0..<60 {
            for value in [(1 << bit) - 1, 1 << bit, (1 << bit) + 1] {
                let index = form.index(of: value), told = Double(value) / form.unit
                #expect((0...20).contains(index))
                if index < 20 { #expect(told <= form.bound(at: index), "\(value)") }
                if index > 0 { #expect(told > form.bound(at: index - 1), "\(value)") }
            }
        }
        for value in [0, -1, .min] { #expect(form.index(of: value) == 0) }
        #expect(form.index(of: .max) == 20)
    }

    @Test func `what a thread measures is what others read`() {
        let histogram = Histogram(.time)
        var expected = HistogramReading(.time)
        for value in [1, 70_000, 70_000, 1_000_000, 1 << 40, -5] {
            histogram.observe(value)
            expected.observe(value)
        }
        #expect(histogram.reading == expected)
        #expect(histogram.reading.count == 6)
        #expect(histogram.reading.total == 1_140_001 + 1 << 40)
    }

    @Test func `a part lies between the bounds of its place`() throws {
        var reading = HistogramReading(.size)
        #expect(reading.quantile(0.5) == nil)
        for _ in 0..<99 { reading.observe(10) }
        reading.observe(1_000)
        #expect((9...16).contains(try #require(reading.quantile(0.5))))
        #expect((9...16).contains(try #require(reading.quantile(0.99))))
        #expect((513...1_024).contains(try #require(reading.quantile(1))))
    }

    @Test func `what has come since is the difference, and several add up`() {
        var first = HistogramReading(.size)
        first.observe(3)
        var second = first
        second.observe(100)
        #expect(second.since(first).count == 1)
        #expect(second.since(first).total == 100)
        #expect((first + second).total == 106)
        #expect((first + second).count == 3)
    }
}
