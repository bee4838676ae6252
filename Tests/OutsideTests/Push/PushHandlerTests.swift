import Base
import Channels
import Gateway
import Telemetry
import TestSupport
import Testing

@testable import Auth
@testable import Outside
@testable import Persistence

@Suite("What is pushed, and when") struct PushHandlerTests {
    @Test func `who is not there after the grace is told once of all that came, and it is taken back`() async throws {
        let scene = try await Scene()
        for text in ["one", "two"] { try await scene.say(text) }
        try await scene.work(after: 4_999)
        #expect(scene.phone.heard.isEmpty)
        try await scene.work(after: 1)
        #expect(scene.phone.heard == ["2 new messages from ann"])
        try await scene.say("three")
        try await scene.work(after: 5_000)
        #expect(scene.phone.heard == ["2 new messages from ann", "3 new messages from ann"])
        try await scene.read(through: 3)
        try await scene.work(after: 0)
        #expect(scene.phone.heard.last == "back")
        try await scene.work(after: 60_000)
        #expect(scene.phone.heard.count == 3)
    }

    @Test func `who is there is told nothing, and is told of what comes when they are gone`() async throws {
        let scene = try await Scene()
        scene.presence.set(true)
        try await scene.say("one")
        try await scene.work(after: 5_000)
        scene.presence.set(false)
        try await scene.work(after: 60_000)
        #expect(scene.phone.heard.isEmpty, "it was heard by the socket")
        try await scene.say("two")
        try await scene.work(after: 5_000)
        #expect(scene.phone.heard == ["2 new messages from ann"])
        scene.presence.set(true)
        try await scene.say("three")
        try await scene.work(after: 5_000)
        try await scene.read(through: 3)
        try await scene.work(after: 0)
        #expect(scene.phone.heard.last == "back", "what was shown before is taken back all the same")
    }

    @Test func `what is read while more waits to be pushed is taken back, and nothing more is pushed`() async throws {
        let scene = try await Scene()
        try await scene.say("one")
        try await scene.work(after: 5_000)
        try await scene.say("two")
        try await scene.read(through: 2)
        try await scene.work(after: 5_000)
        #expect(scene.phone.heard == ["ann: one", "back"])
    }

    @Test func `what is read while it is on its way is taken back behind it`() async throws {
        let scene = try await Scene()
        try await scene.say("one")
        scene.phone.meanwhile { try? await scene.read(through: 1) }
        try await scene.work(after: 5_000)
        #expect(scene.phone.heard.first == "ann: one" && scene.phone.heard.last == "back")
    }

    @Test func `what could not be taken back at once is not taken back when there is something new`() async throws {
        let scene = try await Scene()
        try await scene.say("one")
        try await scene.work(after: 5_000)
        try await scene.read(through: 1)
        scene.phone.answer(.later("busy", afterSeconds: 60))
        try await scene.work(after: 0)
        try await scene.say("two")
        try await scene.work(after: 5_000)
        #expect(scene.phone.heard == ["ann: one", "back", "ann: two"])
        try await scene.work(after: 60_000)
        #expect(scene.phone.heard.count == 3)
    }

    @Test func `one device that is busy is tried again alone, when its service says, and not for ever`() async throws {
        let scene = try await Scene()
        try await scene.add("tablet", "t-2")
        scene.phone.answer(.later("busy", afterSeconds: 20))
        try await scene.say("one")
        try await scene.work(after: 5_000)
        #expect(scene.phone.heard.count == 2)
        try await scene.work(after: 19_999)
        #expect(scene.phone.heard.count == 2)
        try await scene.work(after: 1)
        #expect(scene.phone.heard.count == 3)
        scene.phone.answersAlways(.later("busy", afterSeconds: nil))
        try await scene.say("two")
        for _ in 0..<20 { try await scene.work(after: 3_600_000) }
        #expect(scene.phone.heard.count == 3 + 2 * 8)
    }

    @Test func `a device of which its service knows nothing is forgotten`() async throws {
        let scene = try await Scene()
        scene.phone.answer(.gone)
        try await scene.say("one")
        try await scene.work(after: 5_000)
        #expect(try await scene.storage.devices.all(of: scene.bob).isEmpty)
    }

    @Test func `a server that has just begun waits for those who were there to come back`() async throws {
        let scene = try await Scene()
        try await scene.say("one")
        scene.time.pass(milliseconds: 5_000)
        scene.restart()
        try await scene.work(after: 0)
        #expect(scene.phone.heard.isEmpty)
        try await scene.work(after: 5_000)
        #expect(scene.phone.heard == ["ann: one"])
    }

    @Test func `nobody who can say whether a user is there puts it off`() async throws {
        let scene = try await Scene()
        scene.presence.set(nil)
        try await scene.say("one")
        try await scene.work(after: 5_000)
        scene.presence.set(false)
        try await scene.work(after: 10_000)
        #expect(scene.phone.heard == ["ann: one"])
    }

    @Test func `as much is told as the operator wants told`() async throws {
        for (content, words) in [
            (PushContent.full, "ann | ann: one"), (.sender, "ann | A new message from ann"),
            (.none, "Confab | There is something new"),
        ] {
            let scene = try await Scene(content)
            try await scene.say("one")
            try await scene.work(after: 5_000)
            let message = try #require(scene.phone.messages.first)
            #expect("\(message.content?.title ?? "") | \(message.content?.body ?? "")" == words)
            let names = message.data.map(\.name)
            #expect(names.contains("reference_username") == (content != .none))
            #expect(names.contains("from_user") == (content != .none))
            #expect(Set(names).isSuperset(of: ["type", "to_user", "reference_id", "tag"]))
        }
    }
}

/// bob, who has a phone, and ann, who writes to him.
private final class Scene: Sendable {
    let storage: Storage
    let time = ManualTime()
    let phone = Phone(), presence = Presence()
    let ann: UserID, bob: UserID, channel: ChannelID
    private let directory = TemporaryDirectory()
    private let content: PushContent
    private let handler: Guarded<PushHandler>
    private let count = Guarded(0)

    /// Nobody listens.
    private struct Nobody: Fanout {
        func publish(_ batch: [Announcement], storedIn milliseconds: Int) {}
    }

    init(_ content: PushContent = .full) async throws {
        self.content = content
        var limits = Limits()
        limits.areRatesLimited = false
        storage = try Storage(
            path: directory.file("confab.db"), filesPath: directory.file("files"),
            auditKey: Secret([UInt8](repeating: 7, count: 32)), fanout: Nobody(), limits: limits, time: time.source,
            log: Logger(level: .off))
        var users: [UserID] = []
        for name in ["ann", "bob"] {
            let account = NewAccount(uuid: "uuid-\(name)", username: try Username(name), createdAt: time.now)
            users.append(try await storage.accounts.create(account, by: .server).id)
        }
        (ann, bob) = (users[0], users[1])
        let opened = try await storage.journal.commit(.openDirect(OpenDirect(peer: .id(bob))), as: ann).get()
        guard case .opened(let summary, _) = opened else { throw Missing() }
        channel = summary.channel
        let login = LoginID(high: 1, low: 1), end = time.now.adding(seconds: 86_400 * 30)
        try await storage.accounts.openLogin(
            NewLogin(
                id: login, user: bob, refreshHash: [UInt8](repeating: 1, count: 32), createdAt: time.now,
                expiresAt: end, absoluteExpiry: end), by: .server)
        handler = Guarded(Self.handler(storage, phone, presence, content, time))
        time.pass(milliseconds: 5_000)
        try await add("phone", "t-1")
    }

    deinit { storage.close() }

    private struct Missing: Error {}

    private static func handler(
        _ storage: Storage, _ phone: Phone, _ presence: Presence, _ content: PushContent, _ time: ManualTime
    ) -> PushHandler {
        PushHandler(
            devices: storage.devices, jobs: storage.jobs, feed: storage.notifications, journal: storage.journal,
            active: presence, services: [.fcm: phone], content: content,
            graceMilliseconds: Limits().pushGraceMilliseconds, time: time.source, log: Logger(level: .off))
    }

    func restart() {
        let begun = Self.handler(storage, phone, presence, content, time)
        handler.withLock { $0 = begun }
    }

    func add(_ name: String, _ token: String) async throws {
        let device = Device(
            user: bob, id: name, login: LoginID(high: 1, low: 1), kind: .fcm, address: token, keys: nil)
        #expect(try await storage.devices.put(device, by: .server) == .added)
    }

    /// ann says something, of which bob is notified at once.
    func say(_ text: String) async throws {
        let number = count.withLock { count in
            count += 1
            return count
        }
        let send = SendMessage(channel: channel, clientMessageID: .init("m\(number)"), text: Array(text.utf8))
        _ = try await storage.journal.commit(.sendMessage(send), as: ann).get()
        _ = try await storage.journal.commit(.catchUpNotifications, as: bob).get()
    }

    func read(through number: Int64) async throws {
        let mark = MarkRead(channel: channel, messageNumber: number)
        _ = try await storage.journal.commit(.markRead(mark), as: bob).get()
    }

    /// Does what is due then, as the runner does it.
    func work(after milliseconds: Int64) async throws {
        time.pass(milliseconds: milliseconds)
        let handler = handler.withLock { $0 }
        let schedule = JobSchedule([PushOrder.kind: handler.policy])
        while true {
            let jobs = try await storage.jobs.claim(schedule.plan(at: Instant(nanoseconds: 0)))
            guard !jobs.isEmpty else { return }
            for job in jobs {
                var schedule = schedule
                schedule.began(job, at: Instant(nanoseconds: 0))
                let outcome = await handler.run(job, JobProgress(time.source) { _ in true })
                var random = RandomSource(seed: 1)
                let verdict = schedule.verdict(on: outcome, of: job, at: time.now, random: &random)
                try await storage.jobs.settle(job, verdict)
            }
        }
    }
}

/// Keeps what it is sent, and answers as it is told.
private final class Phone: PushService {
    private let kept = Guarded<[PushMessage]>([])
    private let answers = Guarded<[PushOutcome]>([])
    private let standing = Guarded<PushOutcome>(.sent)
    private let between = Guarded<(@Sendable () async -> Void)?>(nil)

    var messages: [PushMessage] { kept.withLock { $0 } }
    var heard: [String] { messages.map { $0.content?.body ?? "back" } }

    func answer(_ outcome: PushOutcome) { answers.withLock { $0.append(outcome) } }
    func answersAlways(_ outcome: PushOutcome) { standing.withLock { $0 = outcome } }

    /// What happens while the next message is on its way.
    func meanwhile(_ happens: @escaping @Sendable () async -> Void) { between.withLock { $0 = happens } }

    func send(_ message: PushMessage, to device: Device) async -> PushOutcome {
        let happens = between.withLock { between in
            defer { between = nil }
            return between
        }
        await happens?()
        kept.withLock { $0.append(message) }
        return answers.withLock { $0.isEmpty ? nil : $0.removeFirst() } ?? standing.withLock { $0 }
    }
}

/// Says of everybody the same.
private final class Presence: ActiveUsers {
    private let isThere = Guarded<Bool?>(false)

    func set(_ value: Bool?) { isThere.withLock { $0 = value } }

    func isActive(_ user: UserID) async -> Bool? { isThere.withLock { $0 } }
}
