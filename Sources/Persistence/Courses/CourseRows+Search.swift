internal import Base
internal import Channels
internal import Courses

extension CourseRows {
    /// A condition on a course `c`, with what is bound to it.
    private struct Condition {
        var sql: String
        var bind: (Statement) -> Statement = { $0 }
    }

    /// Numbers of courses that a search finds, the newest first, one more than asked for where there are more.
    func find(_ search: CourseSearch, for caller: CourseCaller) throws(CourseStop) -> [CourseID] {
        let phrases = CourseWords.phrases(search.words)
        // Signs without a word among them are in no course.
        guard phrases.isEmpty == search.words.isEmpty else { return [] }
        return try read { () throws(StoreFailure) in
            try matches(search, phrases, for: caller)
        }
    }

    private func matches(
        _ search: CourseSearch, _ phrases: [SearchQuery.Phrase], for caller: CourseCaller
    ) throws(StoreFailure) -> [CourseID] {
        var conditions = conditions(of: search, for: caller), ranges = CourseWords.ranges(of: phrases)
        var source = Condition(sql: "courses c"), id = "c.id"
        if !ranges.isEmpty {
            let (place, count) = try rarest(ranges)
            guard count > 0 else { return [] }
            if count < Self.commonMin {
                // Who has not the other words is left out before the course itself is read.
                (source, id) = (Self.courses(with: ranges.remove(at: place)), "f.course")
            }
        }
        conditions += ranges.map { range in
            Condition(
                sql: "EXISTS (SELECT 1 FROM course_words w WHERE w.course = \(id) AND w.word >= ? AND w.word < ?)"
            ) { $0.bind(blob: range.first).bind(blob: range.end) }
        }
        let wanted = conditions.map(\.sql).joined(separator: " AND ")
        var row = try prepare("SELECT c.id, c.words FROM \(source.sql) WHERE \(wanted) ORDER BY c.id DESC")
        for condition in [source] + conditions { row = condition.bind(row) }
        defer { row.reset() }
        var found: [CourseID] = []
        while found.count <= search.limit, try row.step() {
            guard let id = CourseID(rawValue: row.integer(0)),
                phrases.isEmpty || SearchMatch.ranges(of: phrases, in: row.bytes(1)) != nil
            else { continue }
            found.append(id)
        }
        return found
    }

    private func conditions(of search: CourseSearch, for caller: CourseCaller) -> [Condition] {
        let user = caller.user?.rawValue
        var conditions = [Condition(sql: "c.id < ?") { $0.bind(search.before?.rawValue ?? .max) }]
        let isTaught = "c.id IN (SELECT course FROM course_staff WHERE user = ?)"
        if search.isDeleted {
            conditions.append(Condition(sql: "c.deleted_at IS NOT NULL AND \(isTaught)") { $0.bind(user) })
        } else if search.isMine {
            conditions.append(
                Condition(
                    sql: """
                        c.deleted_at IS NULL AND (\(isTaught) OR (c.state <> 'draft' AND c.id IN
                        (SELECT course FROM enrolments WHERE user = ? AND state = 'active')))
                        """
                ) { $0.bind(user).bind(user) })
        } else {
            conditions.append(Condition(sql: "c.deleted_at IS NULL AND c.state = 'published'"))
        }
        if let tag = search.tag {
            conditions.append(
                Condition(sql: "c.id IN (SELECT course FROM course_tags WHERE tag = ?)") { $0.bind(tag) })
        }
        if let instructor = search.instructor {
            conditions.append(Condition(sql: isTaught) { $0.bind(instructor) })
        }
        return conditions
    }

    // MARK: Words

    /// A word that more courses have is looked for in one course after the other, the newest first: among so many a
    /// page is soon full.
    private static let commonMin: Int64 = 4_096

    private static func courses(with range: CourseWords.Range) -> Condition {
        Condition(
            sql: """
                (SELECT DISTINCT course FROM course_words WHERE word >= ? AND word < ?) f
                CROSS JOIN courses c ON c.id = f.course
                """
        ) { $0.bind(blob: range.first).bind(blob: range.end) }
    }

    /// Which of these the fewest courses have, and about how many.
    private func rarest(_ ranges: [CourseWords.Range]) throws(StoreFailure) -> (place: Int, count: Int64) {
        var rarest = (place: 0, count: Int64.max)
        for (place, range) in ranges.enumerated() {
            let count =
                try prepare(
                    "SELECT count(*) FROM (SELECT 1 FROM course_words WHERE word >= ? AND word < ? LIMIT ?)"
                ).bind(blob: range.first).bind(blob: range.end).bind(Self.commonMin)
                .first { row throws(StoreFailure) in row.integer(0) } ?? 0
            if count < rarest.count { rarest = (place, count) }
        }
        return rarest
    }
}
