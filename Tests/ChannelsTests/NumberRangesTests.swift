import Base
import Channels
import Testing

@Suite("NumberRanges") struct NumberRangesTests {
    private static let width: Int64 = 40

    /// Sets at the lowest numbers, in the middle and at the highest that there are.
    @Test(arguments: [1, 1_000, Int64.max - 40]) func `hold what a set of numbers would hold`(base: Int64) {
        for seed in UInt64(1)...60 {
            var random = RandomSource(seed: seed), ranges = NumberRanges(), model: Set<Int64> = []
            for _ in 1...40 {
                let range = Self.range(from: base, &random), before = ranges
                let isAdded = Bool.random(using: &random)
                let change = isAdded ? ranges.insert(range) : ranges.subtract(range)
                if isAdded { model.formUnion(range) } else { model.subtract(range) }
                compare(ranges, model, base)
                // Who keeps a table of ranges comes to the same by the change alone.
                #expect(change.removed.allSatisfy { before.ranges.contains($0) })
                var table = before.ranges.filter { !change.removed.contains($0) } + change.added
                table.sort { $0.lowerBound < $1.lowerBound }
                #expect(table == ranges.ranges, "seed \(seed)")
                if before == ranges { #expect(change.isEmpty, "nothing has to be written down") }
            }
        }
    }

    private func compare(_ ranges: NumberRanges, _ model: Set<Int64>, _ base: Int64) {
        #expect(ranges.count == Int64(model.count))
        #expect(ranges.isEmpty == model.isEmpty)
        #expect(ranges.ranges.flatMap { Array($0) } == model.sorted())
        for (one, next) in zip(ranges.ranges, ranges.ranges.dropFirst()) {
            #expect(one.upperBound < next.lowerBound - 1, "neighbours are one range")
        }
        for number in base...base + Self.width - 1 {
            #expect(ranges.contains(number) == model.contains(number))
            #expect(ranges.count(after: number) == Int64(model.count { $0 > number }))
        }
        #expect(ranges.count(after: 0) == Int64(model.count))
        #expect(ranges.count(after: .max) == 0)
        let whole = base...base + Self.width - 1, middle = base + 10...base + 20
        for range in [whole, middle] {
            #expect(ranges.missing(from: range).flatMap { Array($0) } == range.filter { !model.contains($0) })
        }
    }

    private static func range(from base: Int64, _ random: inout RandomSource) -> ClosedRange<Int64> {
        let one = Int64.random(in: 0..<width, using: &random), length = Int64.random(in: 0...6, using: &random)
        return base + one...base + min(width - 1, one + length)
    }

    @Test func `reach from the first number to the last`() {
        var ranges = NumberRanges([1...Int64.max])
        #expect(ranges.count == .max)
        #expect(ranges.count(after: 0) == .max)
        #expect(ranges.count(after: .max - 1) == 1)
        ranges.insert(5...Int64.max)
        ranges.insert(.max ... .max)
        #expect(ranges.ranges == [1...Int64.max])
        ranges.subtract(7 ... .max - 1)
        #expect(ranges.ranges == [1...6, .max ... .max])
        #expect(ranges.missing(from: 1...Int64.max) == [7 ... .max - 1])
        ranges.subtract(.min ... .max)
        #expect(ranges.isEmpty)
        ranges.insert(.min ... .min)
        ranges.insert(.min + 1...0)
        #expect(ranges.ranges == [.min...0])
        #expect(ranges.contains(.min))
    }
}
