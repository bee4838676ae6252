internal import Auth
internal import Base
internal import Channels
internal import Courses

/// Everything that the server has of one user, as one JSON text, written piece by piece: `user`, `sessions`, `devices`
/// (without the addresses, by which whoever has them may be able to push), `blocked`, `channels`, `messages`, which are
/// those that the user has sent and may still see, `notifications`, `contacts`, and `courses`.
struct PersonalExport {
    let user: UserID
    let people: any People
    let devices: any Devices
    let roles: RoleBook
    let journal: any Journal
    let archive: any Archive
    let feed: any NotificationFeed
    let contacts: any ContactBook
    let courses: any CourseLearning

    struct NoUser: Error {}

    /// Logins that are listed, the latest of them.
    private static let sessionsMax = 1_000
    /// Messages that are read at once.
    private static let pageSize = 200

    /// - Parameters:
    ///   - write: takes one piece, in order.
    ///   - progress: told of each channel that is done; false when nobody wants it any more.
    func write(
        to write: ([UInt8]) async throws -> Void, _ progress: (Int64, _ total: Int64) async -> Bool
    ) async throws {
        guard let account = try await people.find(user), account.deletedAt == nil else { throw NoUser() }
        let sessions = try await people.sessions(of: user, limit: Self.sessionsMax)
        let devices = try await devices.all(of: user)
        let channels = try await channels(), blocked = try await blocked()
        let head = JSONWriter.object { json in
            json.name("user")
            account.write(to: &json, roles: roles)
            json.array("sessions") { json in
                for session in sessions { session.write(to: &json, current: nil) }
            }
            json.array("devices") { json in
                for device in devices { device.write(to: &json) }
            }
            json.array("blocked") { json in
                for card in blocked { card.write(to: &json) }
            }
            json.array("channels") { json in
                for channel in channels { channel.write(to: &json) }
            }
        }
        // The object goes on with what is too much for the memory.
        try await write(head.dropLast() + Array(#","messages":["#.utf8))
        var isFirst = true
        for (index, channel) in channels.enumerated() {
            try await writeMessages(of: channel.channel, to: write, &isFirst)
            guard await progress(Int64(index + 1), Int64(channels.count)) else { throw CancellationError() }
        }
        try await write(Array(#"],"notifications":["#.utf8))
        try await writeNotifications(in: channels, to: write)
        try await write(Array(#"],"contacts":["#.utf8))
        try await writeContacts(to: write)
        try await write(Array(#"],"courses":["#.utf8))
        try await writeCourses(to: write)
        try await write(Array("]}".utf8))
    }

    private func writeCourses(to write: ([UInt8]) async throws -> Void) async throws {
        var last: CourseID?
        while let record = try await courses.record(of: user, after: last) {
            var json = JSONWriter(reserving: 1_024)
            record.write(to: &json)
            try await write((last == nil ? [] : [UInt8(ascii: ",")]) + json.bytes)
            last = record.enrolment.course
        }
    }

    private func writeContacts(to write: ([UInt8]) async throws -> Void) async throws {
        var search = ContactSearch(user: user, limit: Self.pageSize), isFirst = true
        while true {
            let page = try await contacts.list(search)
            var piece: [UInt8] = []
            for contact in page.contacts {
                if !isFirst { piece.append(UInt8(ascii: ",")) }
                isFirst = false
                var json = JSONWriter(reserving: 256)
                contact.write(to: &json)
                piece += json.bytes
            }
            if !piece.isEmpty { try await write(piece) }
            guard let next = page.next else { return }
            search.after = next
        }
    }

    private func channels() async throws -> [ChannelSummary] {
        guard case .listed(let all) = try await journal.commit(Proposal(user: user, command: .listChannels)).get()
        else { return [] }
        return all
    }

    private func blocked() async throws -> [UserCard] {
        guard case .users(let cards) = try await journal.commit(Proposal(user: user, command: .listBlocked)).get()
        else { return [] }
        return cards
    }

    private func writeNotifications(
        in channels: [ChannelSummary], to write: ([UInt8]) async throws -> Void
    ) async throws {
        let channels = channels.reduce(into: [:]) { $0[$1.channel] = $1 }
        var last: Int64?
        while true {
            let page = try await feed.page(of: user, before: last, isUnreadOnly: false, limit: Self.pageSize)
            var piece: [UInt8] = []
            for view in page {
                if last != nil || !piece.isEmpty { piece.append(UInt8(ascii: ",")) }
                var json = JSONWriter(reserving: 256)
                view.write(to: &json, in: channels)
                piece += json.bytes
            }
            guard let end = page.last?.notification.id else { return }
            try await write(piece)
            last = end
        }
    }

    private func writeMessages(
        of channel: ChannelID, to write: ([UInt8]) async throws -> Void, _ isFirst: inout Bool
    ) async throws {
        var last: Int64 = 0, hasMore = true
        while hasMore {
            let page = try await archive.messages(of: channel, for: user, at: .after(last), limit: Self.pageSize)
            var piece: [UInt8] = []
            for view in page.messages where view.message.sender == user {
                if !isFirst { piece.append(UInt8(ascii: ",")) }
                isFirst = false
                var json = JSONWriter(reserving: 256)
                view.write(to: &json)
                piece += json.bytes
            }
            if !piece.isEmpty { try await write(piece) }
            guard let end = page.messages.last?.message.number, end > last else { return }
            last = end
            hasMore = page.hasMore
        }
    }
}
