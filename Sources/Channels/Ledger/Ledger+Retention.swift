public import Base

/// Taking away what is older than its channel keeps, and what is left of channels that are gone.
extension Ledger {
    struct Sweep {
        var last: Int64 = 0
        var nextAt = Timestamp(milliseconds: 0)
    }

    public func isPurgeDue(at now: Timestamp) -> Bool { now >= sweep.nextAt }

    /// Takes some of what is too old away, in the store's open transaction. Called often; it looks seldom.
    /// - Returns: true when there may be more at once.
    public mutating func purge(at now: Timestamp) throws(StoreFailure) -> Bool {
        guard isPurgeDue(at: now) else { return false }
        let ids = try store.channelsToPurge(after: sweep.last, limit: Self.channelsAtOnce)
        var left = limits.purgeEventsMax
        for id in ids {
            var before = Timestamp(milliseconds: .max)
            do throws(Interruption) {
                if let state = try find(id)?.state {
                    guard let seconds = state.profile.retentionSeconds else { continue }
                    before = now.adding(seconds: -seconds)
                }
            } catch {
                guard case .failed(let failure) = error else { continue }
                // What cannot be read is left alone, and said when somebody asks for it.
                if case .damaged = failure { continue }
                throw failure
            }
            guard let place = try store.purge(id, before: before, limit: left) else { continue }
            channels[id]?.state.take(away: place)
            left -= limits.purgeEventsMax / Self.channelsAtOnce
            // This one may have more.
            if left <= 0 { return true }
        }
        sweep.last = ids.last?.rawValue ?? 0
        if ids.count < Self.channelsAtOnce {
            sweep = Sweep(last: 0, nextAt: now.adding(seconds: Int64(limits.purgeSeconds)))
            return false
        }
        return true
    }

    private static var channelsAtOnce: Int { 16 }
}

extension ChannelState {
    /// The log is gone up to a place.
    mutating func take(away place: LogPlace) {
        purged = place
        guard place.number > 0 else { return }
        deleted.subtract(0...place.number)
        for user in hidden.keys { hidden[user]?.subtract(0...place.number) }
        for user in mentions.keys { mentions[user]?.removeAll { $0 <= place.number } }
    }
}
