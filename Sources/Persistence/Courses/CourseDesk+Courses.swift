internal import Auth
internal import Base
internal import Channels
internal import Courses

extension CourseDesk {
    // MARK: Making

    mutating func create(_ create: CreateCourse) throws(CourseStop) -> CourseView {
        let owner = try actor()
        guard try isThere(owner) else { throw .refused(.noSuchUser) }
        guard let id = CourseID(rawValue: try nextID(in: "courses")) else { throw .refused(.unavailable) }
        let rows = rows, now = now
        var course = try ruled { () throws(CourseRefusal) in
            try create.decide(as: id, by: owner, at: now) { (try? rows.isTaken($0)) ?? true }
        }
        try check(course.instructors)
        try check(cover: course.content.cover, of: course.id)
        course.channel = try nextChannel()
        try insert(course)
        lead(course.channel, .open(name: course.content.title, admins: course.instructors), as: owner)
        try record(.courseCreated, course.target)
        return try rows.scene(.id(id), for: caller).view.with(course.channel)
    }

    /// The ledger gives the same number to the channel that it makes right behind this.
    private func nextChannel() throws(CourseStop) -> ChannelID? {
        ChannelID(
            rawValue: try rows.read { () throws(StoreFailure) in
                try transaction.database.integer(SQLiteChannelStore.lastGroupSQL)
            } + 1)
    }

    /// Who teaches it has to be there.
    private func check(_ instructors: [UserID]) throws(CourseStop) {
        for user in instructors where try !isThere(user) {
            throw .refused(
                .invalid(pointer: "/instructors", code: "not_found", detail: "there is no user \(user)"))
        }
    }

    private func check(cover: String?, of course: CourseID) throws(CourseStop) {
        guard let cover, try !rows.mayShow(cover, in: course, by: caller.user) else { return }
        throw .refused(.invalid(pointer: "/cover", code: "not_found", detail: "it is no file of yours"))
    }

    private func insert(_ course: Course) throws(CourseStop) {
        try run(
            """
            INSERT INTO courses (id, slug, state, owner, channel, version, created_at, updated_at, published_at, words,
            content) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        ) {
            $0.bind(course.id.rawValue).bind(course.slug.text).bind(course.state.rawValue).bind(course.owner)
                .bind(course.channel?.rawValue).bind(course.version).bind(course.createdAt).bind(course.updatedAt)
                .bind(course.publishedAt).bind(course.searchedWords).bind(text: course.storedContent)
        }
        try writeAround(course)
    }

    // MARK: Changing

    /// - Returns: whether there are seats and people left who wait for them, too.
    mutating func change(
        _ key: CourseKey, _ edit: ContentEdit
    ) throws(CourseStop) -> (view: CourseView, hasSeatsLeft: Bool) {
        let scene = try rows.scene(key, for: caller), old = scene.course
        let change = try ruled { () throws(CourseRefusal) in
            // Who may not change it is told so before anything that they sent is looked at.
            try scene.role.requireStaff(of: old)
            return try edit.change(of: old)
        }
        let facts = ChangeCourse.Facts(
            rosterCount: try rows.rosterCount(of: old.id), publishedLessons: scene.stored.publishedLessons,
            isSlugTaken: try change.slug.map { slug throws(CourseStop) in try rows.isTaken(slug) } ?? false)
        let now = now
        let course = try ruled { () throws(CourseRefusal) in
            try change.decide(of: old, as: scene.role, knowing: facts, at: now)
        }
        guard course != old else { return (scene.view, false) }
        if course.instructors != old.instructors { try check(course.instructors) }
        if course.content.cover != old.content.cover { try check(cover: course.content.cover, of: course.id) }
        try update(course)
        for move in ChannelMove.moves(from: old, to: course) { lead(course, move) }
        for user in course.instructors where !old.instructors.contains(user) { try leaveRoster(user, of: course) }
        let actor = try actor()
        if course.content.title != old.content.title { lead(course.channel, .rename(course.content.title), as: actor) }
        if (course.state == .archived) != (old.state == .archived) {
            lead(course.channel, .setArchived(course.state == .archived), as: actor)
        }
        if course.state != old.state {
            try record(.courseChanged, course.target, "\(old.state.rawValue) to \(course.state.rawValue)")
        } else if course.instructors != old.instructors {
            try record(.courseChanged, course.target, "instructors")
        }
        let mayComeIn = course.rules != old.rules || course.state != old.state
        let hasSeatsLeft = mayComeIn ? try promote(in: course.id) : false
        return (try rows.scene(.id(course.id), for: caller).view, hasSeatsLeft)
    }

    mutating func delete(_ key: CourseKey, expecting version: Int64?) throws(CourseStop) {
        let scene = try rows.scene(key, for: caller), now = now
        let course = try ruled { () throws(CourseRefusal) in
            try scene.course.deleted(expecting: version, as: scene.role, at: now)
        }
        try update(course)
        lead(course.channel, .setArchived(true), as: try actor())
        try record(.courseDeleted, course.target)
    }

    mutating func restore(_ key: CourseKey) throws(CourseStop) -> CourseView {
        let scene = try rows.scene(key, for: caller), now = now
        let course = try ruled { () throws(CourseRefusal) in try scene.course.restored(as: scene.role, at: now) }
        guard course != scene.course else { return scene.view }
        try update(course)
        lead(course.channel, .setArchived(course.state == .archived), as: try actor())
        try record(.courseRestored, course.target)
        return try rows.scene(.id(course.id), for: caller).view
    }

    private func update(_ course: Course) throws(CourseStop) {
        try run(
            """
            UPDATE courses SET slug = ?, state = ?, version = ?, updated_at = ?, published_at = ?, deleted_at = ?,
            words = ?, content = ? WHERE id = ?
            """
        ) {
            $0.bind(course.slug.text).bind(course.state.rawValue).bind(course.version).bind(course.updatedAt)
                .bind(course.publishedAt).bind(course.deletedAt).bind(course.searchedWords)
                .bind(text: course.storedContent).bind(course.id.rawValue)
        }
        try writeAround(course)
    }

    /// Who teaches it, its tags, its words, and its picture.
    private func writeAround(_ course: Course) throws(CourseStop) {
        let id = course.id.rawValue
        try run("DELETE FROM course_staff WHERE course = ?") { $0.bind(id) }
        for user in [course.owner] + course.instructors {
            try run("INSERT INTO course_staff VALUES (?, ?)") { $0.bind(user).bind(id) }
        }
        try run("DELETE FROM course_tags WHERE course = ?") { $0.bind(id) }
        for tag in Set(course.content.tags.map { $0.lowercased() }) {
            try run("INSERT INTO course_tags VALUES (?, ?)") { $0.bind(tag).bind(id) }
        }
        try rows.read { () throws(StoreFailure) in
            try CourseWords.write(Array(course.searchedWords.utf8), of: id, in: transaction.database)
        }
        try show(course.content.cover.map { [$0] } ?? [], in: course.id, lesson: nil)
    }

    /// The files that a course or a lesson shows from now on; a file to which nothing refers any more goes.
    func show(_ files: [String], in course: CourseID, lesson: LessonID?) throws(CourseStop) {
        let before = try rows.files(of: course, lesson: lesson), after = Set(files)
        for file in after.subtracting(before) {
            try run("INSERT OR IGNORE INTO course_files VALUES (?, ?, ?)") {
                $0.bind(course.rawValue).bind(lesson?.rawValue ?? 0).bind(file)
            }
        }
        for file in before.subtracting(after) {
            try run("DELETE FROM course_files WHERE course = ? AND lesson = ? AND file = ?") {
                $0.bind(course.rawValue).bind(lesson?.rawValue ?? 0).bind(file)
            }
        }
    }
}

extension CourseView {
    /// The channel is there with the same commit, and not yet in its table.
    fileprivate func with(_ channel: ChannelID?) -> CourseView {
        var view = self
        view.course.channel = channel
        return view
    }
}
