/// Follows one channel's message numbers at one socket: each must be its predecessor plus one.
struct OrderCheck {
    enum Arrival { case inOrder, outOfOrder, repeated }

    /// The highest number seen, or the one before the first expected.
    private(set) var last: Int
    /// Numbers that were jumped over and have not come since.
    private var missing: [ClosedRange<Int>] = []

    init(after last: Int) { self.last = last }

    mutating func take(_ number: Int) -> Arrival {
        if number == last + 1 {
            last = number
            return .inOrder
        }
        if number > last {
            missing.append(last + 1...number - 1)
            last = number
            return .outOfOrder
        }
        guard let index = missing.firstIndex(where: { $0.contains(number) }) else { return .repeated }
        let gap = missing.remove(at: index)
        if gap.lowerBound < number { missing.append(gap.lowerBound...number - 1) }
        if number < gap.upperBound { missing.append(number + 1...gap.upperBound) }
        return .outOfOrder
    }

    /// How many numbers up to `highest` have not come.
    func lost(upTo highest: Int) -> Int {
        missing.reduce(max(0, highest - last)) { $0 + $1.count }
    }
}
