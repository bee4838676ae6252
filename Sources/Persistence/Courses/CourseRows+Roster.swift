internal import Auth
internal import Base
internal import Channels
internal import Courses

/// A place on a roster, with what has become of it.
struct StoredEnrolment {
    var enrolment: Enrolment
    var activeAt: Timestamp?
    var completedAt: Timestamp?

    static let columns = "e.course, e.user, e.state, e.place, e.since, e.enrolled_at, e.active_at, e.completed_at"

    init(_ row: Statement) throws(StoreFailure) {
        guard let course = CourseID(rawValue: row.integer(0)), let user = UserID(rawValue: row.integer(1)),
            let state = Enrolment.State(name: row.string(2), place: row.integer(3))
        else { throw .damaged("an enrolment is not as it was written") }
        enrolment = Enrolment(
            course: course, user: user, state: state, since: row.time(4), enrolledAt: row.timeOrNull(5))
        activeAt = row.timeOrNull(6)
        completedAt = row.timeOrNull(7)
    }
}

extension Enrolment.State {
    init?(name: String, place: Int64) {
        switch name {
        case "invited": self = .invited
        case "requested": self = .requested
        case "waiting": self = .waiting(place: place)
        case "active": self = .active
        case "left": self = .left
        case "turned_away": self = .turnedAway
        default: return nil
        }
    }

    /// On the waiting list; 0 elsewhere.
    var place: Int64 {
        if case .waiting(let place) = self { place } else { 0 }
    }
}

extension CourseRows {
    func enrolment(of user: UserID, in course: CourseID) throws(CourseStop) -> StoredEnrolment? {
        try read { () throws(StoreFailure) in
            try prepare("SELECT \(StoredEnrolment.columns) FROM enrolments e WHERE e.course = ? AND e.user = ?")
                .bind(course.rawValue).bind(user).first { row throws(StoreFailure) in try StoredEnrolment(row) }
        }
    }

    /// Everything that a user ever was on a roster, by course.
    func enrolments(of user: UserID) throws(CourseStop) -> [StoredEnrolment] {
        try read { () throws(StoreFailure) in
            try prepare("SELECT \(StoredEnrolment.columns) FROM enrolments e WHERE e.user = ? ORDER BY e.course")
                .bind(user).all { row throws(StoreFailure) in try StoredEnrolment(row) }
        }
    }

    /// Those who have waited the longest.
    func waiting(for course: CourseID, atMost count: Int64) throws(CourseStop) -> [StoredEnrolment] {
        try read { () throws(StoreFailure) in
            try prepare(
                """
                SELECT \(StoredEnrolment.columns) FROM enrolments e WHERE e.course = ? AND e.state = 'waiting'
                ORDER BY e.place LIMIT ?
                """
            ).bind(course.rawValue).bind(count).all { row throws(StoreFailure) in try StoredEnrolment(row) }
        }
    }

    /// Who is on it in any way.
    func rosterCount(of course: CourseID) throws(CourseStop) -> Int64 {
        try read { () throws(StoreFailure) in
            try prepare(
                """
                SELECT count(*) FROM enrolments
                WHERE course = ? AND state IN ('invited', 'requested', 'waiting', 'active')
                """
            ).bind(course.rawValue).first { row throws(StoreFailure) in row.integer(0) } ?? 0
        }
    }

    /// A page of a roster, one more than is asked for where there are more.
    func roster(_ search: RosterSearch, of course: CourseID) throws(CourseStop) -> [RosterFile.Row] {
        let states = search.states.isEmpty ? ["active"] : search.states.sorted()
        var rows: [RosterFile.Row] = []
        for state in states {
            if let after = search.after, state < after.state { continue }
            let after = search.after?.state == state ? search.after : nil
            guard rows.count <= search.limit else { break }
            rows += try read { () throws(StoreFailure) in
                try prepare(
                    """
                    SELECT \(StoredEnrolment.columns), u.username, u.display_name FROM enrolments e
                    JOIN users u ON u.id = e.user WHERE e.course = ? AND e.state = ? AND (e.place, e.user) > (?, ?)
                    ORDER BY e.place, e.user LIMIT ?
                    """
                ).bind(course.rawValue).bind(state).bind(after?.place ?? -1).bind(after?.user ?? 0)
                    .bind(search.limit + 1 - rows.count).all { row throws(StoreFailure) in
                        let stored = try StoredEnrolment(row)
                        return RosterFile.Row(
                            enrolment: stored.enrolment, username: row.stringOrNull(8) ?? "",
                            displayName: row.stringOrNull(9) ?? "", completedAt: stored.completedAt)
                    }
            }
        }
        return rows
    }

    /// Whole years, for who has said when they were born.
    func age(of user: UserID, at now: Timestamp) throws(CourseStop) -> Int? {
        try read { () throws(StoreFailure) in
            try prepare("SELECT date_of_birth FROM users WHERE id = ?").bind(user)
                .first { row throws(StoreFailure) in row.stringOrNull(0) } ?? nil
        }.flatMap { BirthDate(stored: $0) }.map { $0.age(at: now) }
    }
}
