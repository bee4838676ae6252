public import Base

/// Somebody asks to come into a course, or is let in.
public struct Enrol: Equatable, Sendable {
    public var user: UserID
    /// Whole years; `nil` for who has given no date of birth.
    public var age: Int?

    public init(user: UserID, age: Int? = nil) {
        self.user = user
        self.age = age
    }

    /// What a place on the roster comes to. Where it was there before, it is the same: nothing is to be written, and
    /// nothing told twice.
    public struct Outcome: Equatable, Sendable {
        public var enrolment: Enrolment
        public var isNew: Bool
    }

    /// - Parameter present: what the user is on the roster already.
    public func decide(
        in course: Course, _ seats: Seats, present: Enrolment?, at now: Timestamp
    ) throws(CourseRefusal) -> Outcome {
        guard course.deletedAt == nil else { throw .noSuchCourse }
        // Asking again is answered as before, whatever has changed since.
        if let present {
            switch present.state {
            case .active, .requested, .waiting: return Outcome(enrolment: present, isNew: false)
            case .turnedAway:
                throw course.state == .published ? .turnedAway : .noSuchCourse
            case .invited, .left: break
            }
        }
        guard !course.isTaught(by: user) else { throw .teachesIt }
        switch course.state {
        case .draft: throw .noSuchCourse
        case .archived: throw present == nil ? .noSuchCourse : .archived
        case .published: break
        }
        try checkRules(course.rules, isInvited: present?.state == .invited, at: now)
        let asking = present ?? Enrolment(course: course.id, user: user, state: .left, since: now)
        if course.rules.admission == .approval, present?.state != .invited {
            return Outcome(enrolment: asking.moved(to: .requested, at: now), isNew: true)
        }
        return Outcome(enrolment: try asking.seated(in: course, seats, at: now), isNew: true)
    }

    private func checkRules(_ rules: EnrolmentRules, isInvited: Bool, at now: Timestamp) throws(CourseRefusal) {
        if rules.admission == .invitation, !isInvited { throw .invitationNeeded }
        if let opensAt = rules.opensAt, now < opensAt { throw .notOpenYet(until: opensAt) }
        if let closesAt = rules.closesAt, now >= closesAt { throw .closed(since: closesAt) }
        if let ageMin = rules.ageMin {
            guard let age else { throw .ageUnknown(years: ageMin) }
            guard age >= ageMin else { throw .tooYoung(years: ageMin) }
        }
    }
}

extension Enrolment {
    /// A student where a seat is free, and on the waiting list where there is one.
    func seated(in course: Course, _ seats: Seats, at now: Timestamp) throws(CourseRefusal) -> Enrolment {
        if seats.isFree(under: course.rules) { return moved(to: .active, at: now) }
        guard course.rules.hasWaitingList else { throw .full }
        return moved(to: .waiting(place: seats.nextPlace), at: now)
    }
}
