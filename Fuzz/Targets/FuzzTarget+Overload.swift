internal import Auth
internal import Base

@testable import Channels
@testable import Gateway

extension FuzzTarget {
    /// One frame, of which only the head is read.
    static let commandHead = FuzzTarget("command-head", bytesMax: 512) { input throws(BrokenPromise) in
        guard let head = CommandHead(input), let root = try? JSONDocument(parsing: input).root else { return }
        try promise(root.isObject, "only an object has a head")
        try promise(CommandID(root["id"]) == head.id, "the head has the id that the frame has")
        guard let type = root["type"], type.isString else { throw BrokenPromise(what: "a head has a type") }
        try promise((head.work == nil) == type.isString("ping"), "a ping, and nothing else, is always answered")
        var random = RandomSource(seed: 1)
        guard let command = try? ClientCommand.read(root, limits: Limits(), random: &random) else { return }
        try promise(command.work == head.work, "the head tells the kind of work that the frame asks for")
    }

    /// What one client says to a server that is busy, a frame on each line. The first byte of a line tells what there
    /// is room for, and whether outcomes keep the client waiting.
    static let busyCommands = FuzzTarget("commands-busy", bytesMax: 2048) { input throws(BrokenPromise) in
        var talk = BusyConversation()
        for line in input.split(separator: UInt8(ascii: "\n")) where !talk.isOver {
            try talk.hear(Array(line.dropFirst()), room: line[line.startIndex])
        }
        try talk.finish()
    }
}

/// One session, to which a busy server is played, and what it still owes its client.
private struct BusyConversation {
    private static let opened = Instant(nanoseconds: 5_000_000_000)
    private static let now = Timestamp(milliseconds: 1_800_000_000_000)
    private static let rules: Session.Rules = {
        var limits = Limits()
        limits.commandCountMax = 8
        limits.commandsInFlightMax = 3
        limits.messageBytesMax = 256
        return .oneUser(limits, at: now)
    }()

    private var session = Session(rules: rules, random: RandomSource(seed: 1), openedAt: opened)
    private var attend: Attend?
    /// Ids of the commands that have not been answered, in their order.
    private var owed: [CommandID] = []
    private(set) var isOver = false

    /// - Parameter room: 0 to 3 for what is taken on, from nothing to everything, as the last two bits of a digit; with
    ///   4 added, what is in flight stays so for as long as it may.
    mutating func hear(_ frame: [UInt8], room byte: UInt8) throws(BrokenPromise) {
        if byte & 4 == 0 { try settle() }
        while session.isBlocked { try settleOne() }
        let rooms: [Admission.Room] = [.nothing, .init(upTo: .change), .init(upTo: .read), .everything]
        let room = rooms[Int(byte & 3)], before = session
        let reaction = session.receive(frame, at: Self.opened, room: room)
        var free = before
        let freely = free.receive(frame, at: Self.opened)
        let root = try? JSONDocument(parsing: frame).root
        if case .turnAway(let id) = reaction {
            try turnedAway(id, as: freely, room, root, from: before)
            return
        }
        if case .close(let why) = reaction {
            // Who sends too much may be sent away for a frame whose end is no JSON, and was not looked at.
            try promise(
                reaction == freely || why == .rateLimited && root == nil, "who is sent away would be in any case")
            isOver = true
            return
        }
        try promise(reaction == freely, "who is not turned away is heard as if there were room")
        if let work = work(of: reaction) { try promise(room.takes(work), "what is taken on, there is room for") }
        if let root, let id = CommandID(root["id"]), id != .none { owed.append(id) }
        try act(on: reaction)
    }

    private mutating func act(on reaction: Session.Reaction) throws(BrokenPromise) {
        switch reaction {
        case .nothing: return
        case .reply(let reply): try answered(reply)
        case .propose(let proposal):
            if case .attend(let attend) = proposal.command { self.attend = attend }
        case .read(_, let id, _):
            try answered(id)
            session.finishReading()
        case .pass(_, let id): try answered(id)
        case .close: isOver = true
        case .authenticate, .moved: throw BrokenPromise(what: "there is one login, and all is known of it")
        case .turnAway, .abort, .ping: throw BrokenPromise(what: "what has been taken on is not turned away")
        }
    }

    private func turnedAway(
        _ id: CommandID, as freely: Session.Reaction, _ room: Admission.Room, _ root: JSONElement?, from before: Session
    ) throws(BrokenPromise) {
        try promise(room != .everything, "nobody is turned away while there is room")
        if let work = work(of: freely) { try promise(!room.takes(work), "what there is room for is taken on") }
        if let root { try promise(CommandID(root["id"]) == id, "who is turned away is told so under its id") }
        try promise(
            session.isQuiet == before.isQuiet && session.isBlocked == before.isBlocked
                && session.inFlightCount == before.inFlightCount && session.identity == before.identity,
            "nothing comes of what is turned away")
        guard id != .none else { return }
        var frames = RefusalFrame()
        let frame = frames.frame(to: id, retryAfterMilliseconds: 417)
        // Behind the frame's header, which has four bytes.
        let refusal = try? JSONDocument(parsing: Array(frame.dropFirst(4))).root
        try promise(
            refusal.map { CommandID($0["id"]) == id && $0["ok"]?.bool == false } == true,
            "who is turned away gets an answer with its id")
    }

    private func work(of reaction: Session.Reaction) -> Admission.Work? {
        switch reaction {
        case .propose(let proposal):
            if case .attend = proposal.command { .newSession } else { .change }
        case .read, .pass: .read
        case .nothing, .reply, .turnAway, .close, .abort, .ping, .authenticate, .moved: nil
        }
    }

    // MARK: Answers

    private mutating func answered(_ reply: [UInt8]) throws(BrokenPromise) {
        guard let answer = try? JSONDocument(parsing: reply).root, answer["ok"]?.bool != nil,
            let id = CommandID(answer["id"])
        else { throw BrokenPromise(what: "a reply is JSON and says whether it went well") }
        try answered(id)
    }

    private mutating func answered(_ id: CommandID) throws(BrokenPromise) {
        guard id != .none else { return }
        guard let index = owed.firstIndex(of: id) else { throw BrokenPromise(what: "nothing is answered twice") }
        owed.remove(at: index)
    }

    private mutating func settle() throws(BrokenPromise) {
        while !session.isQuiet, !isOver { try settleOne() }
    }

    /// The outcome of the oldest command in flight, or of what the client attends with.
    private mutating func settleOne() throws(BrokenPromise) {
        let before = session.inFlightCount, owedBefore = owed.count
        var result = Result<Outcome, Rejection>.failure(.noSuchChannel)
        if let attend, let user = UserID(rawValue: 108) {
            result = .success(
                .attended(
                    Attendance(
                        session: attend.session, user: UserCard(id: user, username: "ann", displayName: nil),
                        channels: [], personalSeq: 3)))
            self.attend = nil
        }
        switch session.settle(result) {
        case .reaction(let reaction):
            try promise(session.inFlightCount == before - 1, "one outcome settles one command")
            try act(on: reaction)
        case .attended(let id, _, _, _):
            session.finishReading()
            try answered(id)
        }
        try promise(owedBefore - owed.count <= 1, "an outcome is one answer")
        try act(on: session.releaseRead())
    }

    /// Everything that is in flight comes to its end.
    mutating func finish() throws(BrokenPromise) {
        guard !isOver else { return }
        try settle()
        try promise(owed.isEmpty, "every command with an id is answered")
    }
}
