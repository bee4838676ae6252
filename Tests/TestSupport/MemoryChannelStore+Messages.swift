public import Base
public import Channels

extension MemoryChannelStore {
    public mutating func message(sentAs key: RetryKey) throws(StoreFailure) -> Message? {
        try count()
        for case .messageCreated(let message) in (seen.logs[key.channel] ?? []).map(\.fact)
        where message.sender == key.sender && message.clientMessageID == key.clientMessageID {
            return message
        }
        return nil
    }

    public mutating func message(_ number: Int64, in channel: ChannelID) throws(StoreFailure) -> Message? {
        try messages(number...number, in: channel).first
    }

    public mutating func messages(
        _ range: ClosedRange<Int64>, in channel: ChannelID
    ) throws(StoreFailure) -> [Message] {
        try count()
        return (seen.logs[channel] ?? []).compactMap { event in
            guard case .messageCreated(let message) = event.fact, range.contains(message.number) else { return nil }
            return message
        }
    }

    public mutating func amend(_ message: Message) throws(StoreFailure) {
        try count()
        try write { content in
            guard let index = content.logs[message.channel]?.firstIndex(where: { $0.seq == message.seq }) else {
                return
            }
            content.logs[message.channel]?[index].fact = .messageCreated(message)
        }
    }

    public mutating func erase(_ message: Message) throws(StoreFailure) {
        try amend(message)
        let place = MessagePlace(channel: message.channel, number: message.number)
        try write { content in
            content.reactions[place] = nil
            content.pins.remove(place)
            content.replies[place] = nil
            content.dropReferences { $0 == place }
        }
    }

    public mutating func fingerprint(of content: [UInt8]) throws(StoreFailure) -> [UInt8] {
        try count()
        // Not hidden, but as different as the contents are.
        return content
    }

    public mutating func addReply(_ number: Int64, to thread: Int64, in channel: ChannelID) throws(StoreFailure) {
        try count()
        try write { $0.replies[MessagePlace(channel: channel, number: number)] = thread }
    }

    public mutating func reactionKinds(
        of number: Int64, in channel: ChannelID, including emoji: String
    ) throws(StoreFailure) -> (count: Int, hasThis: Bool) {
        try count()
        let kinds = seen.reactions[MessagePlace(channel: channel, number: number)] ?? [:]
        return (kinds.count, kinds[emoji] != nil)
    }

    public mutating func setReaction(
        _ emoji: String, of user: UserID, to number: Int64, in channel: ChannelID, isAdded: Bool, at now: Timestamp
    ) throws(StoreFailure) -> Bool {
        try count()
        let place = MessagePlace(channel: channel, number: number)
        guard (seen.reactions[place]?[emoji]?.contains(user) ?? false) != isAdded else { return false }
        try write { content in
            if isAdded {
                content.reactions[place, default: [:]][emoji, default: []].insert(user)
            } else {
                content.reactions[place]?[emoji]?.remove(user)
                if content.reactions[place]?[emoji]?.isEmpty == true { content.reactions[place]?[emoji] = nil }
            }
        }
        return true
    }

    public mutating func setPin(
        of number: Int64, in channel: ChannelID, isPinned: Bool, by user: UserID, at now: Timestamp
    ) throws(StoreFailure) -> Bool {
        try count()
        let place = MessagePlace(channel: channel, number: number)
        guard seen.pins.contains(place) != isPinned else { return false }
        try write { content in
            if isPinned { content.pins.insert(place) } else { content.pins.remove(place) }
        }
        return true
    }

    public mutating func pinCount(in channel: ChannelID, besides number: Int64) throws(StoreFailure) -> Int {
        try count()
        return seen.pins.count { $0.channel == channel && $0.number != number }
    }

    public mutating func changeDeleted(
        _ change: NumberRanges.Change, in channel: ChannelID
    ) throws(StoreFailure) {
        try count()
        try write { $0.channels[channel]?.deleted.apply(change) }
    }

    public mutating func changeHidden(
        _ change: NumberRanges.Change, of user: UserID, in channel: ChannelID
    ) throws(StoreFailure) {
        try count()
        try write { content in
            content.channels[channel]?.hidden[user, default: NumberRanges()].apply(change)
            if content.channels[channel]?.hidden[user]?.isEmpty == true {
                content.channels[channel]?.hidden[user] = nil
            }
        }
    }

    public mutating func addMention(of user: UserID, by number: Int64, in channel: ChannelID) throws(StoreFailure) {
        try count()
        try write { content in
            let numbers = (content.channels[channel]?.mentions[user] ?? []) + [number]
            content.channels[channel]?.mentions[user] = Set(numbers).sorted()
        }
    }

    public mutating func removeMention(
        of user: UserID, by number: Int64, in channel: ChannelID
    ) throws(StoreFailure) {
        try count()
        try keepMentions(of: user, in: channel) { $0 != number }
    }

    public mutating func removeMentions(
        of user: UserID, through number: Int64, in channel: ChannelID
    ) throws(StoreFailure) {
        try count()
        try keepMentions(of: user, in: channel) { $0 > number }
    }

    private mutating func keepMentions(
        of user: UserID, in channel: ChannelID, where isKept: (Int64) -> Bool
    ) throws(StoreFailure) {
        try write { content in
            let kept = (content.channels[channel]?.mentions[user] ?? []).filter(isKept)
            content.channels[channel]?.mentions[user] = kept.isEmpty ? nil : kept
        }
    }

    public mutating func insertReport(
        _ report: ReportMessage, by user: UserID, at now: Timestamp
    ) throws(StoreFailure) -> Int64 {
        try count()
        let said = MemoryChannelStore.Report(
            place: MessagePlace(channel: report.channel, number: report.number), reporter: user,
            reason: report.reason, comment: report.comment)
        let before = seen.reports.firstIndex { $0.place == said.place && $0.reporter == user }
        try write { content in
            if let before { content.reports[before] = said } else { content.reports.append(said) }
        }
        return Int64((before ?? seen.reports.count - 1) + 1)
    }

    public mutating func channelsToPurge(after channel: Int64, limit: Int) throws(StoreFailure) -> [RetainingChannel] {
        try count()
        let all = seen.channels.values.compactMap { state -> RetainingChannel? in
            if seen.ended.contains(state.id) {
                return seen.logs[state.id] == nil ? nil : RetainingChannel(id: state.id, seconds: 0)
            }
            return state.profile.retentionSeconds.map { RetainingChannel(id: state.id, seconds: $0) }
        }
        return Array(
            all.filter { $0.id.rawValue > channel }.sorted { $0.id.rawValue < $1.id.rawValue }.prefix(limit))
    }

    public mutating func purge(
        _ channel: ChannelID, before time: Timestamp, limit: Int
    ) throws(StoreFailure) -> (place: LogPlace, count: Int)? {
        try count()
        let old = (seen.logs[channel] ?? []).prefix { $0.at < time }.prefix(limit)
        guard let last = old.last, var place = seen.channels[channel]?.purged else { return nil }
        place.seq = last.seq
        for case .messageCreated(let message) in old.map(\.fact) { place.number = message.number }
        let purged = place
        try write { content in
            content.logs[channel]?.removeFirst(old.count)
            if content.logs[channel]?.isEmpty == true { content.logs[channel] = nil }
            content.channels[channel]?.purged = purged
            content.reactions = content.reactions.filter { $0.key.channel != channel || $0.key.number > purged.number }
            content.pins = content.pins.filter { $0.channel != channel || $0.number > purged.number }
            content.replies = content.replies.filter { $0.key.channel != channel || $0.key.number > purged.number }
            content.dropReferences { $0.channel == channel && $0.number <= purged.number }
            guard purged.number > 0, var state = content.channels[channel] else { return }
            state.deleted.subtract(0...purged.number)
            for user in state.hidden.keys {
                state.hidden[user]?.subtract(0...purged.number)
                if state.hidden[user]?.isEmpty == true { state.hidden[user] = nil }
            }
            for (user, numbers) in state.mentions {
                let kept = numbers.filter { $0 > purged.number }
                state.mentions[user] = kept.isEmpty ? nil : kept
            }
            content.channels[channel] = state
        }
        return (purged, old.count)
    }
}

extension NumberRanges {
    /// What a database does that is told only of the ranges that change.
    fileprivate mutating func apply(_ change: Change) {
        for range in change.removed { subtract(range) }
        for range in change.added { insert(range) }
    }
}
