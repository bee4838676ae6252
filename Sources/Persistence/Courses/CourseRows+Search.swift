internal import Base
internal import Channels
internal import Courses

extension CourseRows {
    /// Numbers of courses that a search finds, the newest first, one more than asked for where there are more.
    func find(_ search: CourseSearch, for caller: CourseCaller) throws(CourseStop) -> [CourseID] {
        var conditions = ["c.id < ?"]
        if search.isDeleted {
            conditions += ["c.deleted_at IS NOT NULL", "c.id IN (SELECT course FROM course_staff WHERE user = ?)"]
        } else if search.isMine {
            conditions += [
                "c.deleted_at IS NULL",
                """
                (c.id IN (SELECT course FROM course_staff WHERE user = ?) OR (c.state <> 'draft' AND c.id IN
                (SELECT course FROM enrolments WHERE user = ? AND state = 'active')))
                """,
            ]
        } else {
            conditions += ["c.deleted_at IS NULL", "c.state = 'published'"]
        }
        if search.tag != nil { conditions.append("c.id IN (SELECT course FROM course_tags WHERE tag = ?)") }
        if search.instructor != nil {
            conditions.append("c.id IN (SELECT course FROM course_staff WHERE user = ?)")
        }
        conditions += search.words.map { _ in "instr(c.words, ?) > 0" }
        let sql =
            "SELECT c.id FROM courses c WHERE \(conditions.joined(separator: " AND ")) ORDER BY c.id DESC LIMIT ?"
        return try read { () throws(StoreFailure) in
            var statement = try prepare(sql).bind(search.before?.rawValue ?? .max)
            if search.isDeleted || search.isMine { statement = statement.bind(caller.user?.rawValue) }
            if search.isMine, !search.isDeleted { statement = statement.bind(caller.user?.rawValue) }
            if let tag = search.tag { statement = statement.bind(tag) }
            if let instructor = search.instructor { statement = statement.bind(instructor) }
            for word in search.words { statement = statement.bind(word) }
            return try statement.bind(search.limit + 1).all { row throws(StoreFailure) in
                CourseID(rawValue: row.integer(0))
            }
        }.compactMap(\.self)
    }
}
