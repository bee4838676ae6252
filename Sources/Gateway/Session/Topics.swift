internal import Base

/// Who listens on this worker to which channel, and how many members it has.
struct Topics<Listener: AnyObject> {
    private var listeners: [ChannelID: [Listener]] = [:]
    /// Of the groups that somebody here listens to.
    private var membersCounts: [ChannelID: Int] = [:]

    mutating func add(_ listener: Listener, to channel: ChannelID) {
        listeners[channel, default: []].append(listener)
    }

    mutating func remove(_ listener: Listener, from channel: ChannelID) {
        guard let index = listeners[channel]?.firstIndex(where: { $0 === listener }) else { return }
        let last = (listeners[channel]?.count ?? 0) - 1
        // Order among listeners means nothing, so the last one takes the free place.
        listeners[channel]?.swapAt(index, last)
        listeners[channel]?.removeLast()
        if last == 0 {
            listeners[channel] = nil
            membersCounts[channel] = nil
        }
    }

    /// Notes how many members a channel has by now. Of what nobody here listens to, nothing is kept.
    mutating func setMembersCount(_ count: Int, of channel: ChannelID) {
        guard channel.members == nil, listeners[channel] != nil else { return }
        membersCounts[channel] = count
    }

    /// How many members a channel has; of what is not known it is taken for large.
    func membersCount(of channel: ChannelID) -> Int { channel.members == nil ? membersCounts[channel] ?? .max : 2 }

    subscript(channel: ChannelID) -> [Listener] { listeners[channel] ?? [] }
}
