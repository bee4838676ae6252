internal import Base
internal import Channels
internal import Courses

/// Reads courses, in a transaction or on a read-only connection.
struct CourseRows {
    private let statement: (String) throws(StoreFailure) -> Statement

    init(_ database: Database) {
        statement = { (sql: String) throws(StoreFailure) in try database.prepare(sql) }
    }

    init(_ archive: ArchiveReader) {
        statement = { (sql: String) throws(StoreFailure) in try archive.statement(sql) }
    }

    func prepare(_ sql: String) throws(StoreFailure) -> Statement { try statement(sql) }

    /// A row that is not as it was written keeps the server from nothing else.
    func read<Value>(_ body: () throws(StoreFailure) -> Value) throws(CourseStop) -> Value {
        do throws(StoreFailure) {
            return try body()
        } catch {
            if error.isOfReading { throw .refused(.unavailable) }
            throw .failed(error)
        }
    }

    // MARK: Courses

    /// A course with what is counted of it.
    struct Stored {
        var course: Course
        var publishedLessons: Int
        var seats: Seats
    }

    private static let columns = """
        c.id, c.slug, c.state, c.owner,
        (SELECT h.id FROM channels h WHERE h.id = c.channel AND h.deleted_at IS NULL), c.version, c.created_at,
        c.updated_at, c.published_at, c.deleted_at, c.lessons_published, c.taken, c.waiting, c.next_place, c.content
        """

    func find(_ key: CourseKey) throws(CourseStop) -> Stored? {
        try read { () throws(StoreFailure) in
            let found =
                switch key {
                case .id(let id):
                    try statement("SELECT \(Self.columns) FROM courses c WHERE c.id = ?").bind(id.rawValue)
                        .first { row throws(StoreFailure) in try Self.stored(row) }
                case .slug(let slug):
                    try statement("SELECT \(Self.columns) FROM courses c WHERE c.slug = ?").bind(slug.text)
                        .first { row throws(StoreFailure) in try Self.stored(row) }
                }
            guard var stored = found else { return nil }
            stored.course.instructors = try instructors(of: stored.course)
            return stored
        }
    }

    /// Courses by their numbers, in the given order; those that are not there are left out.
    func courses(_ ids: [CourseID]) throws(CourseStop) -> [Stored] {
        var all: [Stored] = []
        for id in ids {
            if let stored = try find(.id(id)) { all.append(stored) }
        }
        return all
    }

    func isTaken(_ slug: Slug) throws(CourseStop) -> Bool {
        try read { () throws(StoreFailure) in
            try statement("SELECT 1 FROM courses WHERE slug = ?").bind(slug.text)
                .first { _ throws(StoreFailure) in true } ?? false
        }
    }

    private func instructors(of course: Course) throws(StoreFailure) -> [UserID] {
        try statement("SELECT user FROM course_staff WHERE course = ? AND user <> ? ORDER BY user")
            .bind(course.id.rawValue).bind(course.owner)
            .all { row throws(StoreFailure) in UserID(rawValue: row.integer(0)) }.compactMap(\.self)
    }

    private static func stored(_ row: Statement) throws(StoreFailure) -> Stored {
        guard let id = CourseID(rawValue: row.integer(0)), let slug = try? Slug(row.string(1)),
            let state = Course.State(rawValue: row.string(2)), let owner = UserID(rawValue: row.integer(3)),
            let content = Course.content(stored: row.bytes(14))
        else { throw .damaged("a course is not as it was written") }
        let course = Course(
            id: id, slug: slug, content: content.content, rules: content.rules, state: state, owner: owner,
            channel: row.integerOrNull(4).flatMap { ChannelID(rawValue: $0) }, version: row.integer(5),
            createdAt: row.time(6), updatedAt: row.time(7), publishedAt: row.timeOrNull(8),
            deletedAt: row.timeOrNull(9))
        return Stored(
            course: course, publishedLessons: Int(row.integer(10)),
            seats: Seats(taken: row.integer(11), waiting: row.integer(12), nextPlace: row.integer(13)))
    }

    // MARK: Who looks

    /// A course, and what the caller is to it.
    struct Scene {
        var stored: Stored
        var enrolment: StoredEnrolment?
        var role: CourseRole
        var course: Course { stored.course }

        var view: CourseView {
            CourseView(
                course,
                CourseStanding(
                    publishedLessons: stored.publishedLessons, enrolledCount: stored.seats.taken,
                    enrolment: enrolment?.enrolment), for: role)
        }
    }

    func scene(_ stored: Stored, for caller: CourseCaller) throws(CourseStop) -> Scene {
        var enrolment: StoredEnrolment?
        if let user = caller.user { enrolment = try self.enrolment(of: user, in: stored.course.id) }
        let role = CourseRole(
            of: caller.user, in: stored.course, ruling: caller.isRuling, enrolled: enrolment?.enrolment.state)
        return Scene(stored: stored, enrolment: enrolment, role: role)
    }

    /// One that is not there is refused, deleted ones are there.
    func scene(_ key: CourseKey, for caller: CourseCaller) throws(CourseStop) -> Scene {
        guard let stored = try find(key) else { throw .refused(.noSuchCourse) }
        return try scene(stored, for: caller)
    }

    /// One that the caller does not see is refused too.
    func seen(_ key: CourseKey, by caller: CourseCaller) throws(CourseStop) -> Scene {
        let scene = try scene(key, for: caller)
        guard scene.role.sees(scene.course) else { throw .refused(.noSuchCourse) }
        return scene
    }

    /// For those who teach it.
    func taught(_ key: CourseKey, by caller: CourseCaller) throws(CourseStop) -> Scene {
        let scene = try seen(key, by: caller)
        try ruled { () throws(CourseRefusal) in try scene.role.requireStaff(of: scene.course) }
        return scene
    }
}
