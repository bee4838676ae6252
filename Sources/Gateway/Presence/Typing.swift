internal import Base
internal import Channels

/// Somebody types in a channel, or has stopped.
struct Typing: Equatable, Sendable {
    var channel: ChannelID
    var user: UserID
    var isTyping: Bool
    /// The socket that said so, which does not hear of it; none where it came over REST.
    var origin: SessionAddress?
}

/// Lets so much of a user's typing through that others see who types, and no more: one event for each user and channel
/// in a while. Who goes on typing within it is known to type; that somebody has stopped is told when the while is over.
///
/// Each worker has one, for its share of the users. A value: it has no clock.
struct TypingGate {
    private struct Place: Hashable {
        var channel: ChannelID
        var user: UserID
    }

    private struct State {
        /// What was told last, and what is true.
        var told: Typing
        var wanted: Typing
        var toldAt: Instant
        /// When its place in the line was taken; what stands there from before means nothing any more.
        var since: Instant
    }

    private var states: [Place: State] = [:]
    private var line = DelayLine<Place>()

    /// For how long who hears of somebody's typing shows it, unless it hears again: longer than two events are apart.
    static func shownMilliseconds(_ limits: Limits) -> Int { 2 * limits.typingMilliseconds }

    /// True when this is to be told now.
    mutating func take(_ typing: Typing, at now: Instant, _ limits: Limits) -> Bool {
        let place = Place(channel: typing.channel, user: typing.user)
        guard let state = states[place], now < state.toldAt.adding(milliseconds: Self.shownMilliseconds(limits)) else {
            // Nobody has to be told that somebody has stopped who was not seen typing.
            if typing.isTyping { tell(typing, place, at: now) }
            return typing.isTyping
        }
        if now < state.toldAt.adding(milliseconds: limits.typingMilliseconds) {
            states[place]?.wanted = typing
            return false
        }
        guard typing.isTyping || state.told.isTyping else { return false }
        tell(typing, place, at: now)
        return true
    }

    /// What was held back and is to be told now.
    mutating func advance(to now: Instant, _ limits: Limits) -> [Typing] {
        var due: [Typing] = []
        while let (place, since) = line.pop(after: limits.typingMilliseconds, at: now) {
            guard var state = states[place], state.since == since else { continue }
            if state.wanted.isTyping != state.told.isTyping {
                due.append(state.wanted)
                tell(state.wanted, place, at: now)
            } else if state.told.isTyping, state.since == state.toldAt {
                // Shown for as long again, during which it may be told that it ends.
                state.since = now
                states[place] = state
                line.append(place, at: now)
            } else {
                states[place] = nil
            }
        }
        return due
    }

    func next(_ limits: Limits) -> Instant? { line.next(after: limits.typingMilliseconds) }

    /// Users and channels of whom something is kept.
    var count: Int { states.count }

    private mutating func tell(_ typing: Typing, _ place: Place, at now: Instant) {
        states[place] = State(told: typing, wanted: typing, toldAt: now, since: now)
        line.append(place, at: now)
    }
}
