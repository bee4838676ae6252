internal import Auth
internal import Base
internal import Channels
internal import Courses

/// Changes courses, inside one transaction: looks up what a decision asks for, has it decided, and only then writes.
struct CourseDesk {
    var transaction: Transaction
    let caller: CourseCaller
    let rows: CourseRows

    init(_ transaction: Transaction, by caller: CourseCaller) {
        self.transaction = transaction
        self.caller = caller
        rows = CourseRows(transaction.database)
    }

    var now: Timestamp { transaction.now }
    var cause: Cause { Cause(actor: caller.user, address: caller.address) }

    /// Who does it; there is one for whatever changes anything.
    func actor() throws(CourseStop) -> UserID {
        guard let user = caller.user else { throw .refused(.notStaff) }
        return user
    }

    func run(_ sql: String, _ bind: (Statement) -> Statement) throws(CourseStop) {
        try rows.read { () throws(StoreFailure) in try bind(try transaction.database.prepare(sql)).run() }
    }

    /// The number that the next row of a table is given.
    func nextID(in table: StaticString) throws(CourseStop) -> Int64 {
        try rows.read { () throws(StoreFailure) in
            try transaction.database.prepare("SELECT seq FROM sqlite_sequence WHERE name = ?").bind("\(table)")
                .first { row throws(StoreFailure) in row.integer(0) } ?? 0
        } + 1
    }

    mutating func record(_ action: AuditEntry.Action, _ target: String, _ detail: String? = nil) throws(CourseStop) {
        do throws(StoreFailure) {
            try transaction.record(action, by: cause, target: target, detail: detail)
        } catch {
            throw .failed(error)
        }
    }

    /// Has the ledger do something with the course's channel, right behind this.
    mutating func lead(_ channel: ChannelID?, _ step: LeadChannel.Step, as user: UserID) {
        guard let channel else { return }
        transaction.commands.append(Proposal(user: user, command: .leadChannel(LeadChannel(channel, step))))
    }

    mutating func lead(_ course: Course, _ move: ChannelMove) {
        let actor = caller.user ?? course.owner
        switch move {
        case .join(let user): lead(course.channel, .admit(user, as: .member), as: actor)
        case .lead(let user): lead(course.channel, .admit(user, as: .admin), as: actor)
        case .leave(let user): lead(course.channel, .dismiss(user), as: actor)
        }
    }

    /// Refuses what would make a course's lessons and quizzes more together than they may be. What takes no more room
    /// than it did goes in any case.
    func checkRoom(for new: [UInt8], replacing old: [UInt8] = [], in course: CourseID) throws(CourseStop) {
        guard new.count > old.count else { return }
        let present = try rows.read { () throws(StoreFailure) in
            try transaction.database.prepare(
                """
                SELECT coalesce(sum(length(CAST(content AS BLOB))), 0) FROM
                (SELECT content FROM lessons WHERE course = ?1 UNION ALL SELECT content FROM quizzes WHERE course = ?1)
                """
            ).bind(course.rawValue).first { row throws(StoreFailure) in Int(row.integer(0)) } ?? 0
        }
        guard present - old.count + new.count <= CourseBounds.contentBytesMax else {
            throw .refused(.tooMany(what: "bytes in a course", max: CourseBounds.contentBytesMax))
        }
    }

    func isThere(_ user: UserID) throws(CourseStop) -> Bool {
        try rows.read { () throws(StoreFailure) in try transaction.isThere(user) }
    }

    /// Puts something about a course into somebody's feed.
    mutating func tell(_ user: UserID, _ words: String, of course: CourseID) {
        transaction.notify(
            user, .course, from: caller.user == user ? nil : caller.user,
            about: .other("course", id: course.description), detail: words)
    }
}

extension Course {
    /// What stands in the audit trail for it.
    var target: String { "course:\(id)" }
}
