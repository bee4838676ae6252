/// A set of message numbers, kept as ranges that neither touch nor overlap, in ascending order.
public struct NumberRanges: Equatable, Sendable {
    public private(set) var ranges: [ClosedRange<Int64>] = []

    public init() {}

    public init(_ ranges: some Sequence<ClosedRange<Int64>>) {
        for range in ranges { insert(range) }
    }

    /// What became of the ranges: exactly those that have to be written down.
    public struct Change: Equatable, Sendable {
        public var removed: [ClosedRange<Int64>] = []
        public var added: [ClosedRange<Int64>] = []

        public var isEmpty: Bool { removed == added }
    }

    public var isEmpty: Bool { ranges.isEmpty }
    public var count: Int64 { ranges.reduce(0) { $0 + Int64($1.count) } }

    @discardableResult public mutating func insert(_ range: ClosedRange<Int64>) -> Change {
        // Neighbours become one range.
        let first = firstIndex(reaching: range.lowerBound == .min ? .min : range.lowerBound - 1)
        var end = first, joined = range
        while end < ranges.count, range.upperBound == .max || ranges[end].lowerBound <= range.upperBound + 1 {
            joined = min(joined.lowerBound, ranges[end].lowerBound)...max(joined.upperBound, ranges[end].upperBound)
            end += 1
        }
        let change = Change(removed: Array(ranges[first..<end]), added: [joined])
        ranges.replaceSubrange(first..<end, with: [joined])
        return change
    }

    @discardableResult public mutating func subtract(_ range: ClosedRange<Int64>) -> Change {
        let first = firstIndex(reaching: range.lowerBound)
        var end = first
        while end < ranges.count, ranges[end].lowerBound <= range.upperBound { end += 1 }
        var left: [ClosedRange<Int64>] = []
        for old in ranges[first..<end] {
            if old.lowerBound < range.lowerBound { left.append(old.lowerBound...(range.lowerBound - 1)) }
            if old.upperBound > range.upperBound { left.append((range.upperBound + 1)...old.upperBound) }
        }
        let change = Change(removed: Array(ranges[first..<end]), added: left)
        ranges.replaceSubrange(first..<end, with: left)
        return change
    }

    public func contains(_ number: Int64) -> Bool {
        let index = firstIndex(reaching: number)
        return index < ranges.count && ranges[index].contains(number)
    }

    /// How many numbers of the set are greater than `number`.
    public func count(after number: Int64) -> Int64 {
        var total: Int64 = 0
        for range in ranges[firstIndex(reaching: number)...] where range.upperBound > number {
            total += range.upperBound - max(range.lowerBound - 1, number)
        }
        return total
    }

    /// The numbers of a range that are not in the set.
    public func missing(from range: ClosedRange<Int64>) -> [ClosedRange<Int64>] {
        var gaps = NumberRanges([range])
        for old in ranges[firstIndex(reaching: range.lowerBound)...] {
            guard old.lowerBound <= range.upperBound else { break }
            gaps.subtract(old)
        }
        return gaps.ranges
    }

    /// The first range that ends at `number` or behind it.
    private func firstIndex(reaching number: Int64) -> Int {
        var low = 0, high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < number { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
