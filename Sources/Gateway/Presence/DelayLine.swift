internal import Base

/// The earlier of two times, of which either may be missing.
func earlier(_ one: Instant?, _ other: Instant?) -> Instant? {
    guard let one, let other else { return one ?? other }
    return min(one, other)
}

/// What comes up again after a delay that is the same for all: a line, in which nothing has to be sorted. Putting in
/// and taking out cost the same however long it is.
struct DelayLine<Element: Sendable>: Sendable {
    private var items: [(element: Element, since: Instant)] = []
    private var head = 0

    /// - Parameter now: not earlier than that of the one before.
    mutating func append(_ element: Element, at now: Instant) { items.append((element, now)) }

    /// When the first comes up.
    func next(after milliseconds: Int) -> Instant? {
        head < items.count ? items[head].since.adding(milliseconds: milliseconds) : nil
    }

    /// Takes out the first, if its time has come, with the time at which it was put in.
    mutating func pop(after milliseconds: Int, at now: Instant) -> (element: Element, since: Instant)? {
        guard let next = next(after: milliseconds), next <= now else { return nil }
        let first = items[head]
        head += 1
        if head == items.count {
            items.removeAll(keepingCapacity: head < 64)
            head = 0
        } else if head >= 1_024, head * 2 >= items.count {
            items.removeFirst(head)
            head = 0
        }
        return first
    }
}
