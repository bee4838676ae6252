public import Base

/// Who is on courses' rosters. What is refused has left nothing behind.
public protocol CourseRosters: Sendable {
    /// The caller asks to come in. Asking again is answered as before.
    func enrol(in key: CourseKey, by caller: CourseCaller) async throws(CourseRefusal) -> RosterAnswer
    /// The caller goes; who has gone is gone.
    func leave(_ key: CourseKey, by caller: CourseCaller) async throws(CourseRefusal)

    func roster(_ search: RosterSearch, of key: CourseKey, for caller: CourseCaller) async throws(CourseRefusal)
        -> RosterPage
    /// An instructor says something about somebody's place.
    func decide(_ decision: RosterDecision, about user: UserID, of key: CourseKey, by caller: CourseCaller)
        async throws(CourseRefusal) -> Enrolment
    /// Some lines of a roster's file, all of them in one step.
    func take(_ lines: [RosterLine], into key: CourseKey, by caller: CourseCaller) async throws(CourseRefusal)
        -> RosterTally
}

/// What asking to come in came to.
public struct RosterAnswer: Equatable, Sendable {
    public var enrolment: Enrolment
    public var isNew: Bool
    /// The course's channel, for who is in it.
    public var channel: ChannelID?

    public init(enrolment: Enrolment, isNew: Bool, channel: ChannelID?) {
        self.enrolment = enrolment
        self.isNew = isNew
        self.channel = channel
    }
}

/// What of a roster is looked for.
public struct RosterSearch: Equatable, Sendable {
    public var states: [String]
    public var after: RosterPlace?
    public var limit: Int

    public init(states: [String] = [], after: RosterPlace? = nil, limit: Int) {
        self.states = states
        self.after = after
        self.limit = limit
    }
}

/// Where a page of a roster ends: by state, then by place on the waiting list, then by user.
public struct RosterPlace: Equatable, Sendable {
    public var state: String
    public var place: Int64
    public var user: Int64

    public init(state: String, place: Int64, user: Int64) {
        self.state = state
        self.place = place
        self.user = user
    }
}

public struct RosterPage: Equatable, Sendable {
    public var rows: [RosterFile.Row]
    public var next: RosterPlace?

    public init(rows: [RosterFile.Row], next: RosterPlace? = nil) {
        self.rows = rows
        self.next = next
    }
}
