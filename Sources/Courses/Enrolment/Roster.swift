public import Base

extension Enrolment {
    /// Goes from the roster, whatever they were on it; `nil` for who has gone already.
    public func leaving(at now: Timestamp) -> Enrolment? {
        state.isOnRoster ? moved(to: .left, at: now) : nil
    }

    /// Comes in from the waiting list. It is for the caller to have looked who is next, and whether there is a seat
    /// (`Seats.promotable`).
    public func promoted(at now: Timestamp) -> Enrolment { moved(to: .active, at: now) }
}

/// What an instructor says about somebody's place on the roster.
public enum RosterDecision: Equatable, Sendable {
    /// May come. Who was turned away may come again.
    case invite
    /// Who has asked comes in, or onto the waiting list.
    case admit
    /// Comes in, or onto the waiting list, whether or not they have asked.
    case enrol
    /// Who asks, waits, is invited or is a student is none of it any more, and cannot ask again.
    case turnAway

    /// What it comes to; `nil` where it is so already.
    public func decide(
        about user: UserID, in course: Course, _ seats: Seats, present: Enrolment?, as role: CourseRole,
        at now: Timestamp
    ) throws(CourseRefusal) -> Enrolment? {
        try role.requireStaff(of: course)
        guard course.deletedAt == nil else { throw .noSuchCourse }
        guard course.state != .archived || self == .turnAway else { throw .archived }
        switch self {
        case .invite:
            guard !course.isTaught(by: user) else { throw .teachesIt }
            switch present?.state {
            case .invited, .active, .waiting: return nil
            // To invite who has asked is to say yes.
            case .requested: return try present?.seated(in: course, seats, at: now)
            case .left, .turnedAway, nil:
                let before = present ?? Enrolment(course: course.id, user: user, state: .left, since: now)
                return before.moved(to: .invited, at: now)
            }
        case .admit:
            guard let present else { throw .notOnTheRoster }
            switch present.state {
            case .requested: return try present.seated(in: course, seats, at: now)
            case .active, .waiting: return nil
            case .invited, .left, .turnedAway: throw .notOnTheRoster
            }
        case .enrol:
            guard !course.isTaught(by: user) else { throw .teachesIt }
            if present?.state == .active { return nil }
            if case .waiting = present?.state { return nil }
            let before = present ?? Enrolment(course: course.id, user: user, state: .left, since: now)
            return try before.seated(in: course, seats, at: now)
        case .turnAway:
            guard let present else { throw .notOnTheRoster }
            switch present.state {
            case .turnedAway: return nil
            case .left: throw .notOnTheRoster
            case .invited, .requested, .waiting, .active: return present.moved(to: .turnedAway, at: now)
            }
        }
    }
}

/// What a move on the roster does to the course's channel. The channel's own rules have the last word.
public enum ChannelMove: Equatable, Sendable {
    case join(UserID)
    /// Joins as an administrator, or becomes one.
    case lead(UserID)
    case leave(UserID)

    /// `nil` where it is no concern of the channel's.
    public init?(_ old: Enrolment.State?, _ new: Enrolment) {
        switch (old?.isSeated ?? false, new.state.isSeated) {
        case (false, true): self = .join(new.user)
        case (true, false): self = .leave(new.user)
        case (false, false), (true, true): return nil
        }
    }

    /// What a change of who teaches a course comes to. The owner owns the channel, and is in it before and after.
    public static func moves(from old: Course, to new: Course) -> [ChannelMove] {
        let before = Set(old.instructors), after = Set(new.instructors)
        return after.subtracting(before).sorted().map { .lead($0) }
            + before.subtracting(after).sorted().map { .leave($0) }
    }
}
