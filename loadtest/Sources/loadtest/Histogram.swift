/// Counts nanoseconds in buckets whose width grows with the value, so that any percentile is within 1 % of the truth
/// from one nanosecond to centuries, at a fixed cost of 58 KiB and one increment per value.
///
/// The buckets are those of an HdrHistogram of two significant digits, so that it can be written as one (`HDRLog`).
struct Histogram {
    /// Each power of two is cut into this many buckets: a bucket is at most 1/128 of its value wide.
    private static let bucketsPerDoubling = 128
    private static let exactBits = 7

    private(set) var count = 0
    private(set) var max: UInt64 = 0
    private var buckets = [Int](repeating: 0, count: (64 - exactBits + 1) * bucketsPerDoubling)

    mutating func record(_ value: UInt64) {
        buckets[Self.bucket(of: value)] += 1
        count += 1
        if value > max { max = value }
    }

    /// Records what another one has recorded.
    mutating func add(_ other: Histogram) {
        for index in buckets.indices { buckets[index] += other.buckets[index] }
        count += other.count
        max = Swift.max(max, other.max)
    }

    /// The smallest recorded value that at least this share of all values do not exceed; 0 when nothing was recorded.
    func percentile(_ percent: Double) -> UInt64 {
        guard count > 0 else { return 0 }
        let rank = Swift.max(1, Int((percent / 100 * Double(count)).rounded(.up)))
        guard rank < count else { return max }
        var seen = 0
        for (index, bucketCount) in buckets.enumerated() {
            seen += bucketCount
            if seen >= rank { return min(Self.middle(ofBucket: index), max) }
        }
        return max
    }

    /// The buckets that are not empty, by index.
    var filled: [(index: Int, count: Int)] {
        buckets.enumerated().compactMap { $0.element > 0 ? (index: $0.offset, count: $0.element) : nil }
    }

    /// The values that all lie in one bucket, of which only its index and their count are known.
    private mutating func add(_ count: Int, toBucket index: Int) {
        buckets[index] += count
        self.count += count
    }

    /// "max,index:count,…", as a worker tells of it; empty when nothing was recorded.
    var line: String {
        count == 0 ? "" : "\(max)" + filled.map { ",\($0.index):\($0.count)" }.joined()
    }

    /// `nil` when it is not what `line` writes.
    init?(line: Substring) {
        guard !line.isEmpty else { return }
        let parts = line.split(separator: ",", omittingEmptySubsequences: false)
        guard let max = UInt64(parts[0]) else { return nil }
        for part in parts.dropFirst() {
            let numbers = part.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
            guard numbers.count == 2, let index = numbers[0], let count = numbers[1], buckets.indices.contains(index),
                count > 0, count <= Int(Int32.max)
            else { return nil }
            add(count, toBucket: index)
        }
        self.max = max
    }

    init() {}

    static func bucket(of value: UInt64) -> Int {
        guard value >= UInt64(bucketsPerDoubling) else { return Int(value) }
        let shift = 63 - value.leadingZeroBitCount - exactBits
        return shift * bucketsPerDoubling + Int(value >> UInt64(shift))
    }

    private static func middle(ofBucket index: Int) -> UInt64 {
        guard index >= 2 * bucketsPerDoubling else { return UInt64(index) }
        let shift = UInt64(index / bucketsPerDoubling - 1)
        let lowest = UInt64(index % bucketsPerDoubling + bucketsPerDoubling) << shift
        return lowest + (1 << shift) / 2
    }
}
