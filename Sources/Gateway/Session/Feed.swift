internal import Base
internal import Channels

/// How events reach one socket: as they happen, or, when it takes them slower than they happen, from the log at its own
/// speed. Pure: it says what to send and what to read, and neither sends nor reads.
///
///     live ──queue full──▶ behind ──queue drained──▶ catching up ──everything read──▶ live
///                             ▲                            │
///                             └── too much happened since ─┘
struct Feed {
    /// Events of one channel that the socket has not been sent.
    struct Range: Equatable, Sendable {
        var channel: ChannelID
        var after: Int64
        var through: Int64
    }

    private enum State {
        case live
        /// Events are only noted.
        case behind
        /// What is noted is being read; what happens meanwhile is held, to follow it.
        case catchingUp
    }

    private var state = State.live
    private var missed: [ChannelID: Range] = [:]
    /// The channels of `missed`, the next one last: those that have waited longest, but one's own log before all
    /// others, because it tells of channels before they are heard of.
    private var order: [ChannelID] = []
    private var held: [(channel: ChannelID, seq: Int64, frame: [UInt8])] = []
    private var heldBytes = 0
    /// The latest states that could not be sent, by what they are a state of.
    private var states: [StateKey: [UInt8]] = [:]
    private let heldBytesMax: Int
    #if DEBUG
        var planted: PlantedFault?
    #endif
    /// The channel of the part of a log that is being read, while its user has not left it since.
    private var asked: ChannelID?
    /// Channels that the log says the user has left, which has not been heard here yet.
    private var departed: Set<ChannelID> = []
    /// Memberships that were heard of while the socket was behind: by channel, the place at which one's own log tells
    /// of it.
    private var unannounced: [ChannelID: Int64] = [:]
    /// States kept for a socket that is behind; of more, the client learns when it resumes.
    private static let statesMax = 4_096

    /// What a state is a state of: whose marker, in which channel, told to whom.
    struct StateKey: Hashable, Comparable, Sendable {
        var channel: ChannelID
        var user: UserID
        var isOwn: Bool

        static func < (one: StateKey, other: StateKey) -> Bool {
            (one.channel.rawValue, one.user.rawValue, one.isOwn ? 1 : 0)
                < (other.channel.rawValue, other.user.rawValue, other.isOwn ? 1 : 0)
        }
    }

    init(heldBytesMax: Int) { self.heldBytesMax = heldBytesMax }

    var isLive: Bool { state == .live }
    var isBehind: Bool { state == .behind }

    /// True when the event's frame is to be sent now.
    mutating func offer(_ frame: [UInt8], _ channel: ChannelID, _ seq: Int64, hasRoom: Bool) -> Bool {
        if !departed.isEmpty, departed.contains(channel) { return false }
        switch state {
        case .live where hasRoom:
            return true
        case .live:
            state = .behind
            note(channel, seq)
        case .behind:
            note(channel, seq)
        case .catchingUp:
            held.append((channel, seq, frame))
            heldBytes += frame.count
            if heldBytes > heldBytesMax { fallBack() }
        }
        return false
    }

    /// True when the state's frame is to be sent now; otherwise the latest one is kept.
    mutating func offer(state key: StateKey, _ frame: [UInt8], hasRoom: Bool) -> Bool {
        if state == .live {
            if hasRoom { return true }
            // What is kept has to be sent some time, and before anything newer.
            state = .behind
        }
        if states[key] != nil || states.count < Self.statesMax { states[key] = frame }
        return false
    }

    /// Holds what happens from now on, for a reply that comes first.
    mutating func hold() { state = .catchingUp }

    /// Goes over to reading, when the socket has taken most of what was queued for it.
    mutating func catchUp() {
        if state == .behind { state = .catchingUp }
    }

    /// What is to be read next; `nil` when nothing is missing any more.
    var next: Range? { order.last.flatMap { missed[$0] } }

    /// Events of a channel up to `seq` have been sent from the log.
    mutating func sent(_ channel: ChannelID, through seq: Int64) {
        guard var range = missed[channel] else { return }
        range.after = max(range.after, seq)
        if range.after < range.through { missed[channel] = range } else { forget(channel) }
    }

    /// A part of a channel's log is asked for.
    mutating func asks(for channel: ChannelID) { asked = channel }

    /// What was asked for could not be read, because the user is no member any more. The log is ahead of what has been
    /// heard here: until `leave` tells the same, nothing of the channel is sent, for it would follow what was left out.
    /// If that has been heard already, since the part was asked for, the answer is about a membership of the past.
    mutating func gone(from channel: ChannelID) {
        #if DEBUG
            if planted == .staleAbsence { return forget(channel) }
        #endif
        guard asked == channel else { return }
        drop(channel)
        departed.insert(channel)
    }

    /// The user is no member any more: nothing of the channel is sent that has not been.
    mutating func leave(_ channel: ChannelID) {
        if asked == channel { asked = nil }
        departed.remove(channel)
        drop(channel)
    }

    /// The user has become a member, of which one's own log tells at a place that was offered before.
    mutating func join(_ channel: ChannelID, at seq: Int64) {
        if state != .live { unannounced[channel] = seq }
    }

    /// These places of one's own log have been sent as voids. Where it told there of a membership, the log is ahead of
    /// what has been heard here: the user is out again by then. Nothing of the channel is sent to somebody who was not
    /// told of it, until `leave` tells that.
    mutating func hid(_ places: ClosedRange<Int64>) {
        for channel in unannounced.filter({ places.contains($0.value) }).keys {
            drop(channel)
            departed.insert(channel)
        }
    }

    private mutating func drop(_ channel: ChannelID) {
        unannounced[channel] = nil
        forget(channel)
        held.removeAll { event in
            guard event.channel == channel else { return false }
            heldBytes -= event.frame.count
            return true
        }
        states = states.filter { $0.key.channel != channel }
    }

    private mutating func forget(_ channel: ChannelID) {
        guard missed.removeValue(forKey: channel) != nil else { return }
        if order.last == channel { order.removeLast() } else { order.removeAll { $0 == channel } }
    }

    /// When nothing is missing: what was held meanwhile, to be sent before all that follows.
    mutating func finish() -> [[UInt8]] {
        guard state == .catchingUp, missed.isEmpty else { return [] }
        // Their order means nothing; it is a fixed one, so that what happened can be made to happen again.
        let frames = held.map(\.frame) + states.sorted { $0.key < $1.key }.map(\.value)
        held = []
        heldBytes = 0
        states = [:]
        unannounced = [:]
        state = .live
        return frames
    }

    /// More has happened than may be held: it is in the log too.
    private mutating func fallBack() {
        for event in held { note(event.channel, event.seq) }
        held = []
        heldBytes = 0
        state = .behind
    }

    /// Events of one channel come in the order of their numbers, so that one range holds all that were missed.
    private mutating func note(_ channel: ChannelID, _ seq: Int64) {
        guard missed[channel] == nil else {
            missed[channel]?.through = seq
            return
        }
        missed[channel] = Range(channel: channel, after: seq - 1, through: seq)
        if channel.isPersonal { order.append(channel) } else { order.insert(channel, at: 0) }
    }
}
