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
        let found = try store.channelsToPurge(after: sweep.last, limit: Self.channelsAtOnce)
        var left = limits.purgeEventsMax
        for channel in found {
            let before = channel.seconds == 0 ? Timestamp(milliseconds: .max) : now.adding(seconds: -channel.seconds)
            if let gone = try store.purge(channel.id, before: before, limit: left) {
                channels[channel.id]?.state.take(away: gone.place)
                left -= gone.count
                // This one may have more.
                guard left > 0 else { return true }
            }
            sweep.last = channel.id.rawValue
        }
        guard found.count < Self.channelsAtOnce else { return true }
        let unused = now.adding(seconds: -Int64(limits.unusedFileSeconds))
        if try store.removeUnusedFiles(before: unused, limit: limits.purgeEventsMax) == limits.purgeEventsMax {
            return true
        }
        sweep = Sweep(last: 0, nextAt: now.adding(seconds: Int64(limits.purgeSeconds)))
        return false
    }

    private static var channelsAtOnce: Int { 256 }
}

extension ChannelState {
    /// The log is gone up to a place.
    mutating func take(away place: LogPlace) {
        purged = place
        guard place.number > 0 else { return }
        deleted.subtract(0...place.number)
        for user in hidden.keys { _ = show(0...place.number, to: user) }
        for (user, numbers) in mentions {
            let left = numbers.filter { $0 > place.number }
            mentions[user] = left.isEmpty ? nil : left
        }
    }
}
