public import Base

/// Answers that are kept for a while, because making them reads many rows and nobody needs them to the second. What is
/// too old is not given out: it is made again.
public struct KeptFigures<Key: Hashable & Sendable, Figures: Sendable>: Sendable {
    private struct Entry: Sendable {
        var figures: Figures
        var madeAt: Timestamp
    }

    private let seconds: Int64
    private let countMax: Int
    private var entries: [Key: Entry] = [:]

    /// - Parameters:
    ///   - seconds: for which an answer is kept; none are with 0.
    ///   - countMax: answers kept at once; the oldest goes.
    public init(seconds: Int64, countMax: Int = CourseBounds.figuresKeptMax) {
        self.seconds = seconds
        self.countMax = countMax
    }

    public func figures(for key: Key, at now: Timestamp) -> Figures? {
        guard let entry = entries[key], isFresh(entry, at: now) else { return nil }
        return entry.figures
    }

    public mutating func keep(_ figures: Figures, for key: Key, at now: Timestamp) {
        guard seconds > 0, countMax > 0 else { return }
        if entries[key] == nil, entries.count >= countMax {
            entries = entries.filter { isFresh($0.value, at: now) }
            if entries.count >= countMax, let oldest = entries.min(by: { $0.value.madeAt < $1.value.madeAt }) {
                entries[oldest.key] = nil
            }
        }
        entries[key] = Entry(figures: figures, madeAt: now)
    }

    /// An entry from the future is none: the clock was set back, and it would be kept for longer than it may.
    private func isFresh(_ entry: Entry, at now: Timestamp) -> Bool {
        entry.madeAt <= now && now < entry.madeAt.adding(seconds: seconds)
    }
}
