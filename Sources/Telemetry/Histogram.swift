public import Synchronization

/// How often something took how long, or was how much, that one thread measures and any may read. Kept like `Counter`:
/// measuring is two loads and two stores. Each bound is twice the one before.
public struct Histogram: ~Copyable, Sendable {
    @usableFromInline let counts: InlineArray<21, Atomic<Int>>
    @usableFromInline let total = Atomic<Int>(0)
    @usableFromInline let form: HistogramForm

    public init(_ form: HistogramForm) {
        self.form = form
        counts = InlineArray { (_: Int) in Atomic(0) }
    }

    @inlinable
    public func observe(_ value: Int) {
        let index = form.index(of: value)
        counts[index].store(counts[index].load(ordering: .relaxed) &+ 1, ordering: .relaxed)
        total.store(total.load(ordering: .relaxed) &+ max(0, value), ordering: .relaxed)
    }

    public var reading: HistogramReading {
        var reading = HistogramReading(form)
        for index in 0..<HistogramForm.placeCount { reading.counts[index] = counts[index].load(ordering: .relaxed) }
        reading.total = total.load(ordering: .relaxed)
        return reading
    }
}

/// Where the bounds of a histogram lie, and in which unit it is told.
public struct HistogramForm: Sendable, Equatable {
    /// The first bound is two to the power of this.
    @usableFromInline let firstBit: Int
    /// Of what is measured in one of what is told.
    let unit: Double

    /// Nanoseconds, told as seconds: from 66 µs to 34 s.
    public static let time = HistogramForm(firstBit: 16, unit: 1e9)
    /// Numbers of things: from 1 to 524,288.
    public static let size = HistogramForm(firstBit: 0, unit: 1)

    /// Bounds, and one place for what is beyond the last of them.
    static let placeCount = 21

    @inlinable
    func index(of value: Int) -> Int {
        guard value > 1 else { return 0 }
        let bits = Int.bitWidth - (value - 1).leadingZeroBitCount
        return min(max(0, bits - firstBit), 20)
    }

    /// The greatest value at a place, as it is told.
    func bound(at index: Int) -> Double { Double(1 << (firstBit + index)) / unit }
}

/// What a histogram said at some moment; also one that is kept behind a lock.
public struct HistogramReading: Sendable, Equatable {
    public let form: HistogramForm
    /// How many lie at each place: up to its bound, and above the bound before.
    public internal(set) var counts = [Int](repeating: 0, count: HistogramForm.placeCount)
    /// Of all values, in the unit in which they were measured.
    public internal(set) var total = 0

    public init(_ form: HistogramForm) { self.form = form }

    public var count: Int { counts.reduce(0, +) }

    public mutating func observe(_ value: Int) {
        counts[form.index(of: value)] += 1
        total &+= max(0, value)
    }

    public static func + (one: HistogramReading, other: HistogramReading) -> HistogramReading {
        var sum = one
        for index in sum.counts.indices { sum.counts[index] += other.counts[index] }
        sum.total &+= other.total
        return sum
    }

    /// What has come since an earlier reading.
    public func since(_ earlier: HistogramReading) -> HistogramReading {
        var rest = self
        for index in rest.counts.indices { rest.counts[index] -= earlier.counts[index] }
        rest.total &-= earlier.total
        return rest
    }

    /// The value, as it is measured, that so large a part does not exceed: as exact as the bounds, between which it is
    /// taken as if all were evenly spread. `nil` while there is nothing.
    public func quantile(_ part: Double) -> Int? {
        let count = count
        guard count > 0 else { return nil }
        let rank = max(1, (Double(count) * part).rounded(.up))
        var below = 0
        for (index, here) in counts.enumerated() {
            guard Double(below + here) < rank else {
                let top = 1 << (form.firstBit + index)
                let bottom = index == 0 ? 0 : top / 2
                return bottom + Int(Double(top - bottom) * (rank - Double(below)) / Double(here))
            }
            below += here
        }
        return nil
    }
}
