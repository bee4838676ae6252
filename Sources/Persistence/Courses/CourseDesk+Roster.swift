internal import Auth
internal import Base
internal import Channels
internal import Courses

extension CourseDesk {
    // MARK: Students

    mutating func enrol(in key: CourseKey) throws(CourseStop) -> RosterAnswer {
        let scene = try rows.scene(key, for: caller), user = try actor(), now = now
        guard try isThere(user) else { throw .refused(.noSuchUser) }
        let present = scene.enrolment?.enrolment, age = try rows.age(of: user, at: now)
        var outcome = try ruled { () throws(CourseRefusal) in
            try Enrol(user: user, age: age).decide(in: scene.course, scene.stored.seats, present: present, at: now)
        }
        if outcome.isNew {
            try move(present, to: outcome.enrolment, in: scene.course)
            if outcome.enrolment.state == .requested {
                for teacher in [scene.course.owner] + scene.course.instructors {
                    tell(teacher, "Somebody asks to come into a course of yours", of: scene.course.id)
                }
            }
            // Seats that nobody was let in to, because the server stopped in between, are given away now.
            if outcome.enrolment.state.place > 0 {
                try promote(in: scene.course.id)
                outcome.enrolment = try rows.enrolment(of: user, in: scene.course.id)?.enrolment ?? outcome.enrolment
            }
        } else if outcome.enrolment.state.isSeated {
            // Who has left the channel comes back into it.
            lead(scene.course, .join(user))
        }
        let isIn = outcome.enrolment.state.isSeated
        return RosterAnswer(
            enrolment: outcome.enrolment, isNew: outcome.isNew, channel: isIn ? scene.course.channel : nil)
    }

    mutating func leave(_ key: CourseKey) throws(CourseStop) {
        let scene = try rows.scene(key, for: caller)
        guard scene.course.deletedAt == nil, let present = scene.enrolment?.enrolment else {
            // What somebody has nothing to do with they have left; what they do not see is not there.
            guard scene.role.sees(scene.course) else { throw .refused(.noSuchCourse) }
            return
        }
        guard let gone = present.leaving(at: now) else { return }
        try move(present, to: gone, in: scene.course)
        try promote(in: scene.course.id)
    }

    // MARK: Instructors

    mutating func decide(
        _ decision: RosterDecision, about user: UserID, of key: CourseKey
    ) throws(CourseStop) -> (enrolment: Enrolment, hasChanged: Bool) {
        let scene = try rows.taught(key, by: caller), now = now
        guard try isThere(user) else { throw .refused(.noSuchUser) }
        let present = try rows.enrolment(of: user, in: scene.course.id)?.enrolment
        let decided = try ruled { () throws(CourseRefusal) in
            try decision.decide(
                about: user, in: scene.course, scene.stored.seats, present: present, as: scene.role, at: now)
        }
        guard let decided else {
            guard let present else { throw .refused(.notOnTheRoster) }
            return (present, false)
        }
        try move(present, to: decided, in: scene.course)
        tell(user, Self.words(of: decided.state), of: scene.course.id)
        try record(.courseRosterChanged, scene.course.target, "user:\(user) \(decided.state.name)")
        if present?.state.isSeated == true { try promote(in: scene.course.id) }
        return (decided, true)
    }

    private static func words(of state: Enrolment.State) -> String {
        switch state {
        case .invited: "You are invited to a course"
        case .requested: "You have asked to come into a course"
        case .waiting: "You are on the waiting list of a course"
        case .active: "You are in a course now"
        case .left: "You have left a course"
        case .turnedAway: "You are not in a course any more, or are not let in"
        }
    }

    mutating func take(_ lines: [RosterLine], into key: CourseKey) throws(CourseStop) -> RosterTally {
        var tally = RosterTally()
        _ = try rows.taught(key, by: caller)
        for line in lines {
            do throws(CourseStop) {
                guard let user = try find(line.name) else { throw .refused(.noSuchUser) }
                let hasChanged = try decide(line.decision, about: user, of: key).hasChanged
                if hasChanged { tally.changed += 1 } else { tally.unchanged += 1 }
            } catch {
                guard case .refused(let refusal) = error else { throw error }
                switch refusal {
                // These are about the course, and so about all lines.
                case .noSuchCourse, .notStaff, .unavailable: throw error
                default: break
                }
                tally.faults.append(.init(line: line.line, code: refusal.code, detail: refusal.message))
            }
        }
        return tally
    }

    /// An e-mail address finds who lets themselves be found by it, as it does in address books.
    private func find(_ name: RosterLine.Name) throws(CourseStop) -> UserID? {
        switch name {
        case .id(let user): return user
        case .username(let folded):
            return try rows.read { () throws(StoreFailure) in
                try transaction.database.prepare("SELECT id FROM users WHERE username_folded = ?").bind(folded)
                    .first { row throws(StoreFailure) in UserID(rawValue: row.integer(0)) } ?? nil
            }
        case .email(let folded):
            let actor = try actor()
            return try rows.read { () throws(StoreFailure) in
                try transaction.database.prepare(StoredContact.finder("email_folded", selecting: "id")).bind(folded)
                    .bind(actor).first { row throws(StoreFailure) in UserID(rawValue: row.integer(0)) } ?? nil
            }
        }
    }

    // MARK: Moving

    /// Writes somebody's place, counts the seats anew, and has the channel follow.
    private mutating func move(
        _ old: Enrolment?, to new: Enrolment, in course: Course, followed: Bool = true
    ) throws(CourseStop) {
        guard let seats = try rows.find(.id(course.id))?.seats.after(old?.state, new.state) else {
            throw .refused(.noSuchCourse)
        }
        let activeAt = new.state.isSeated ? now : nil
        try run(
            """
            INSERT INTO enrolments (course, user, state, place, since, enrolled_at, active_at)
            VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (course, user) DO UPDATE SET state = excluded.state,
            place = excluded.place, since = excluded.since, enrolled_at = excluded.enrolled_at,
            active_at = coalesce(excluded.active_at, active_at)
            """
        ) {
            $0.bind(course.id.rawValue).bind(new.user).bind(new.state.name).bind(new.state.place).bind(new.since)
                .bind(new.enrolledAt).bind(activeAt)
        }
        try run("UPDATE courses SET taken = ?, waiting = ?, next_place = ? WHERE id = ?") {
            $0.bind(seats.taken).bind(seats.waiting).bind(seats.nextPlace).bind(course.id.rawValue)
        }
        if followed, let move = ChannelMove(old?.state, new) { lead(course, move) }
    }

    /// Lets in who waits, as far as there are seats, and no more than one transaction may; true when there are seats
    /// and people left.
    @discardableResult
    mutating func promote(in id: CourseID) throws(CourseStop) -> Bool {
        guard let stored = try rows.find(.id(id)), stored.course.state == .published, stored.course.deletedAt == nil
        else { return false }
        let promotable = stored.seats.promotable(under: stored.course.rules)
        let count = min(promotable, CourseBounds.promotedMax)
        guard count > 0 else { return false }
        for waiting in try rows.waiting(for: id, atMost: count) {
            let enrolment = waiting.enrolment.promoted(at: now)
            try move(waiting.enrolment, to: enrolment, in: stored.course)
            tell(enrolment.user, "A seat is free: you are in a course now", of: id)
        }
        return promotable > count
    }

    /// Who teaches a course is no student of it; in its channel they stay.
    mutating func leaveRoster(_ user: UserID, of course: Course) throws(CourseStop) {
        guard let present = try rows.enrolment(of: user, in: course.id)?.enrolment,
            let gone = present.leaving(at: now)
        else { return }
        try move(present, to: gone, in: course, followed: false)
        try promote(in: course.id)
    }

    /// Who is erased is followed by the next one; the ledger takes them out of their channels itself.
    private mutating func giveUpSeat(_ enrolment: Enrolment) throws(CourseStop) {
        guard let course = try rows.find(.id(enrolment.course))?.course, let gone = enrolment.leaving(at: now) else {
            return
        }
        try move(enrolment, to: gone, in: course, followed: false)
        try promote(in: course.id)
    }

    /// Takes a user out of every course: nothing stays of what they did there. What they own goes to the first of those
    /// who teach it too, and stays without an owner who could be asked where there is none.
    mutating func erase(_ user: UserID) throws(CourseStop) {
        for stored in try rows.enrolments(of: user) {
            let id = stored.enrolment.course
            do throws(CourseStop) {
                try giveUpSeat(stored.enrolment)
            } catch {
                // A damaged course keeps nobody from going.
                if case .failed = error { throw error }
            }
            try run("DELETE FROM lesson_progress WHERE course = ? AND user = ?") { $0.bind(id.rawValue).bind(user) }
        }
        for table in ["enrolments", "attempts", "certificates"] {
            try run("DELETE FROM \(table) WHERE user = ?") { $0.bind(user) }
        }
        try run(
            """
            UPDATE courses SET owner = coalesce((SELECT min(s.user) FROM course_staff s
            WHERE s.course = courses.id AND s.user <> ?1), owner)
            WHERE owner = ?1 AND id IN (SELECT course FROM course_staff WHERE user = ?1)
            """
        ) { $0.bind(user) }
        try run("DELETE FROM course_staff WHERE user = ?") { $0.bind(user) }
    }
}
