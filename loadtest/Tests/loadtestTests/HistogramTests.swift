import Testing

@testable import loadtest

struct HistogramTests {
    @Test(arguments: [1, 127, 128, 255, 256, 999, 1_000_003, 5_000_000_000, UInt64.max / 3] as [UInt64])
    func `a value comes back within one percent`(value: UInt64) {
        var histogram = Histogram()
        histogram.record(value)
        histogram.record(UInt64.max)
        let read = histogram.percentile(50)
        let difference = read > value ? read - value : value - read
        #expect(Double(difference) <= Double(value) * 0.01)
    }

    @Test func `percentiles are those of the sorted values`() {
        var chance = Chance(seed: 7)
        var histogram = Histogram()
        var values = (0..<20_000).map { _ in UInt64.random(in: 1...50_000_000, using: &chance) }
        for value in values { histogram.record(value) }
        values.sort()
        for percent in [0.1, 50, 90, 99, 99.9] {
            let exact = Double(values[Int((percent / 100 * 20_000).rounded(.up)) - 1])
            let read = Double(histogram.percentile(percent))
            #expect(abs(read - exact) <= exact * 0.01)
        }
        #expect(histogram.percentile(100) == values.last)
        #expect(histogram.count == 20_000)
    }

    @Test func `two together have what each has recorded`() {
        var chance = Chance(seed: 8)
        var one = Histogram(), other = Histogram(), both = Histogram()
        for index in 0..<1_000 {
            let value = UInt64.random(in: 1...50_000_000, using: &chance)
            if index.isMultiple(of: 3) { one.record(value) } else { other.record(value) }
            both.record(value)
        }
        one.add(other)
        #expect(one.count == both.count)
        #expect(one.max == both.max)
        for percent in [1, 50, 99, 100] as [Double] { #expect(one.percentile(percent) == both.percentile(percent)) }
    }

    @Test func `nothing recorded reads as zero`() {
        #expect(Histogram().percentile(99) == 0)
    }
}
