internal import Base

/// Who listens on this worker to which channel.
struct Topics<Listener: AnyObject> {
    private var listeners: [ChannelID: [Listener]] = [:]

    mutating func add(_ listener: Listener, to channel: ChannelID) {
        listeners[channel, default: []].append(listener)
    }

    mutating func remove(_ listener: Listener, from channel: ChannelID) {
        guard let index = listeners[channel]?.firstIndex(where: { $0 === listener }) else { return }
        let last = (listeners[channel]?.count ?? 0) - 1
        // Order among listeners means nothing, so the last one takes the free place.
        listeners[channel]?.swapAt(index, last)
        listeners[channel]?.removeLast()
        if last == 0 { listeners[channel] = nil }
    }

    subscript(channel: ChannelID) -> [Listener] { listeners[channel] ?? [] }
}
