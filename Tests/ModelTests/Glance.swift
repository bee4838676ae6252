import Base
import Channels

@testable import Gateway
@testable import Persistence

/// What one user reads of one channel, held against the model.
struct Glance {
    let model: Model
    let room: Model.Room
    let user: UserID

    /// Something, from anywhere.
    func look(with reader: ArchiveReader, _ random: inout RandomSource) throws {
        let after = Int64.random(in: 0...room.seq + 1, using: &random)
        let limit = Bool.random(using: &random) ? 1_000 : Int.random(in: 1...6, using: &random)
        let bytesMax = Bool.random(using: &random) ? Int.max : Int.random(in: 0...600, using: &random)
        try lookAtEvents(with: reader, after: after, limit: limit, bytesMax: bytesMax)
        let number = Int64.random(in: 0...room.last + 2, using: &random)
        let position = [HistoryPosition.newest, .before(number), .after(number), .around(number)][
            Int.random(in: 0..<4, using: &random)]
        try lookAtHistory(with: reader, at: position, limit: Int.random(in: 1...6, using: &random))
        try lookAtMessage(max(number, 1), with: reader)
        if room.last > 0 {
            try lookAtThread(
                of: Int64.random(in: 1...room.last, using: &random), with: reader,
                after: Int64.random(in: 0...room.last, using: &random), limit: Int.random(in: 1...3, using: &random))
        }
        try lookAtPins(with: reader)
    }

    func lookAtWhole(with reader: ArchiveReader) throws {
        try lookAtEvents(with: reader, after: 0, limit: 1_000, bytesMax: .max)
        try lookAtHistory(with: reader, at: .after(0), limit: 200)
        try lookAtPins(with: reader)
        for number in room.said.map(\.number) {
            try lookAtThread(of: number, with: reader, after: 0, limit: 50)
        }
    }

    static func lookAtOwnLog(of user: UserID, in model: Model, with reader: ArchiveReader) throws {
        let wanted = model.ownEvents(of: user)
        let page = try reader.events(
            of: .personal(user), for: user, after: 0, through: .max, limit: 1_000, bytesMax: .max)
        try compare(page ?? ([], true), with: wanted, after: 0, limit: 1_000, "@me of \(user)")
    }

    // MARK: Logs

    private func lookAtEvents(with reader: ArchiveReader, after: Int64, limit: Int, bytesMax: Int) throws {
        let page = try reader.events(
            of: room.id, for: user, after: after, through: .max, limit: limit, bytesMax: bytesMax)
        let what = "events of \(room.id) for \(user), \(limit) after \(after)"
        guard room.members[user] != nil else { return try equal(page.map { "\($0)" }, nil, what) }
        try Self.compare(page ?? ([], true), with: model.events(of: room, for: user), after: after, limit: limit, what)
    }

    /// A page is dense from where it begins, and says whether the log goes on.
    private static func compare(
        _ page: (events: [Event], hasMore: Bool), with wanted: [String?], after: Int64, limit: Int,
        _ what: @autoclosure () -> String
    ) throws {
        var seq = after
        for event in page.events {
            try equal("\(event.seq)", "\(seq + 1)", "place in " + what())
            if case .void(let last) = event.fact {
                try equal("\(last >= event.seq && last <= Int64(wanted.count))", "true", "void in " + what())
                for place in event.seq...last { try equal(nil, wanted[Int(place) - 1], "\(place) in " + what()) }
                seq = last
            } else {
                seq += 1
                try equal("\(seq <= Int64(wanted.count))", "true", "end of " + what())
                let told = String(decoding: Envelope.event(event), as: UTF8.self)
                try equal(told, wanted[Int(seq) - 1], "\(seq) in " + what())
            }
        }
        try equal("\(page.events.count <= limit)", "true", "limit of " + what())
        try equal("\(page.hasMore)", "\(seq < Int64(wanted.count))", "has_more of " + what())
        if after < wanted.count { try equal("\(page.events.isEmpty)", "false", "page of " + what()) }
    }

    // MARK: Messages

    private func lookAtHistory(with reader: ArchiveReader, at position: HistoryPosition, limit: Int) throws {
        let page = try reader.messages(of: room.id, for: user, at: position, limit: limit)
        let what = "history of \(room.id) for \(user), \(limit) \(position)"
        guard room.members[user] != nil else { return try equal(page.map { "\($0)" }, nil, what) }
        let all = model.history(of: room, for: user)
        let numbers: [Int64], hasMore: Bool
        switch position {
        case .newest: (numbers, hasMore) = (Array(all.suffix(limit)), all.count > limit)
        case .before(let number):
            let older = all.filter { $0 < number }
            (numbers, hasMore) = (Array(older.suffix(limit)), older.count > limit)
        case .after(let number):
            let newer = all.filter { $0 > number }
            (numbers, hasMore) = (Array(newer.prefix(limit)), newer.count > limit)
        case .around(let number):
            // Half the page is older; the message and what is newer fill the rest.
            let older = all.filter { $0 < number }, newer = all.filter { $0 >= number }
            let first = older.suffix(limit / 2), rest = newer.prefix(limit - first.count)
            (numbers, hasMore) = (Array(first) + Array(rest), older.count > first.count || newer.count > rest.count)
        }
        try equal("\(page?.hasMore ?? false)", "\(hasMore)", "has_more of " + what)
        try compare(page?.messages ?? [], with: numbers, what)
    }

    private func lookAtMessage(_ number: Int64, with reader: ArchiveReader) throws {
        let view = try reader.message(number, of: room.id, for: user)
        let wanted = room.shows(number, to: user) ? [number] : []
        try compare(view.map { [$0] } ?? [], with: wanted, "message \(number) of \(room.id) for \(user)")
    }

    private func lookAtPins(with reader: ArchiveReader) throws {
        let views = try reader.pinned(in: room.id, for: user)
        try compare(views ?? [], with: model.pins(of: room, for: user), "pins of \(room.id) for \(user)")
    }

    private func lookAtThread(of number: Int64, with reader: ArchiveReader, after: Int64, limit: Int) throws {
        let page = try reader.thread(
            of: number, in: room.id, for: user, after: after, limit: limit, bytesMax: .max)
        let what = "thread of \(number) in \(room.id) for \(user), \(limit) after \(after)"
        guard room.shows(number, to: user) else { return try equal(page.map { "\($0)" }, nil, what) }
        let wanted = model.thread(of: number, in: room, for: user).filter { $0 > after }
        try equal("\(page?.hasMore ?? false)", "\(wanted.count > limit)", "has_more of " + what)
        try compare(page?.messages ?? [], with: Array(wanted.prefix(limit)), what)
    }

    private func compare(_ views: [MessageView], with numbers: [Int64], _ what: String) throws {
        try equal("\(views.map(\.message.number))", "\(numbers)", what)
        for view in views {
            var json = JSONWriter()
            view.write(to: &json)
            try equal(
                String(decoding: json.bytes, as: UTF8.self), model.message(view.message.number, in: room, for: user),
                "\(view.message.number) in " + what)
        }
    }
}
