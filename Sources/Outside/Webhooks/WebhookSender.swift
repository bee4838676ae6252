public import Auth
public import Base
public import Channels
public import Telemetry

/// Tells webhooks of what happens: each by itself, one event after the other, so that one that is slow or dead holds up
/// nobody else. How far each has come is on disk, so that a restart goes on where it was.
public final class WebhookSender: Sendable {
    /// An event as it is sent: its name, and the whole body.
    public struct Body: Sendable {
        public var type: String
        public var bytes: [UInt8]

        public init(type: String, bytes: [UInt8]) {
            self.type = type
            self.bytes = bytes
        }
    }

    private let webhooks: any Webhooks
    private let tail: any JournalTail
    private let web: any WebClient
    private let describe: @Sendable (Event) -> Body?
    private let epoch: String
    private let bell: Doorbell
    private let time: TimeSource
    private let log: Logger
    private let policy = WebhookPolicy()
    private let state = Guarded(State())

    private struct State {
        var isStopping = false
        /// Webhooks that are being told; true for those of which something was heard meanwhile.
        var busy: [Int64: Bool] = [:]
        /// How far there was nothing for each, beyond what is noted on disk.
        var passed: [Int64: Webhook.Place] = [:]

        /// False when it is being told already; then it is looked at again behind that.
        mutating func begin(_ id: Int64) -> Bool {
            guard busy[id] != nil else {
                busy[id] = false
                return true
            }
            busy[id] = true
            return false
        }
    }

    /// Milliseconds that one may take for its answer, and bytes of that.
    private static let timeoutMilliseconds = 15_000
    private static let answerBytesMax = 64 << 10
    private static let lookMilliseconds: Int64 = 60_000
    private static let patienceMilliseconds: Int64 = 1_000
    /// Rows looked at to find what a webhook wants.
    private static let pageMax = 64
    /// Events that are passed over before it is noted how far.
    private static let passedMax: Int64 = 1_024
    /// Pages that are looked through before another webhook has its turn.
    private static let pagesMax = 16

    /// - Parameters:
    ///   - describe: a channel's event as it is sent; `nil` for what no webhook is told of.
    ///   - epoch: makes the ids of events those of this history alone.
    public init(
        _ webhooks: any Webhooks, tail: any JournalTail, web: any WebClient, epoch: String, bell: Doorbell,
        time: TimeSource, log: Logger, describe: @escaping @Sendable (Event) -> Body?
    ) {
        self.webhooks = webhooks
        self.tail = tail
        self.web = web
        self.describe = describe
        self.epoch = epoch
        self.bell = bell
        self.time = time
        self.log = log
    }

    /// Tells them until `stop`.
    public func run() async {
        await withDiscardingTaskGroup { group in
            while !state.withLock({ $0.isStopping }) {
                let all = (try? await webhooks.all()) ?? []
                let now = time.now()
                for webhook in all where webhook.isActive && webhook.dueAt <= now {
                    guard state.withLock({ $0.begin(webhook.id) }) else { continue }
                    group.addTask {
                        let hasMore = await self.tell(webhook)
                        let wasRung = self.state.withLock { $0.busy.removeValue(forKey: webhook.id) ?? false }
                        if hasMore || wasRung { self.bell.ring() }
                    }
                }
                await bell.wait(milliseconds: pause(all, now))
            }
            group.cancelAll()
        }
    }

    public func stop() {
        state.withLock { $0.isStopping = true }
        bell.ring()
    }

    private func pause(_ all: [Webhook], _ now: Timestamp) -> Int64 {
        let due = all.filter { $0.isActive && $0.dueAt > now }.map { $0.dueAt.milliseconds - now.milliseconds }.min()
        return min(due ?? Self.lookMilliseconds, Self.lookMilliseconds)
    }

    /// What a webhook is told next.
    private struct Next {
        var id: String
        var at: Timestamp
        var body: Body
        /// How far it has been told when this is over.
        var place: Webhook.Place
    }

    /// Tells all there is, one after the other, until there is nothing more or one fails.
    /// - Returns: whether to look again at once.
    private func tell(_ webhook: Webhook) async -> Bool {
        var webhook = webhook, noted = webhook.told
        if let passed = state.withLock({ $0.passed[webhook.id] }) {
            webhook.told = Webhook.Place(
                outbox: max(webhook.told.outbox, passed.outbox), journal: max(webhook.told.journal, passed.journal))
        }
        for _ in 0..<Self.pageMax {
            guard !state.withLock({ $0.isStopping }) else { return false }
            do {
                let found = try await next(for: webhook)
                guard let next = found.next else {
                    try await pass(found.place, of: webhook, noted: noted)
                    return found.hasMore
                }
                guard let progress = try await tell(webhook, of: next), progress.attempts == 0,
                    progress.pausedBecause == nil
                else { return true }
                webhook.told = progress.told
                noted = progress.told
                webhook.attempts = 0
                webhook.failingSince = nil
            } catch {
                log.warning("a webhook waits", ["webhook": "\(webhook.id)", "why": "\(error)"])
                try? await Task.sleep(for: .milliseconds(Self.patienceMilliseconds))
                return true
            }
        }
        return true
    }

    /// There was nothing for the webhook up to here. A busy chat must not cost a commit for each thing that a webhook
    /// does not want: it is noted now and then, and looked through again after a restart.
    private func pass(_ place: Webhook.Place, of webhook: Webhook, noted: Webhook.Place) async throws {
        state.withLock { $0.passed[webhook.id] = place }
        guard place.journal - noted.journal + place.outbox - noted.outbox >= Self.passedMax else { return }
        try await webhooks.record(
            nil,
            WebhookProgress(
                told: place, attempts: webhook.attempts, dueAt: webhook.dueAt, failingSince: webhook.failingSince),
            of: webhook.id)
    }

    /// One try.
    private func tell(_ webhook: Webhook, of next: Next) async throws -> WebhookProgress? {
        guard let secret = try await webhooks.secret(of: webhook.id) else { return nil }
        let begun = time.instant(), now = time.now()
        let answer = await send(next, to: webhook, secret, now)
        var random = RandomSource.system
        let (outcome, progress) = policy.judge(
            answer, of: webhook, event: next.at, next: next.place, at: time.now(), random: &random)
        var delivery = WebhookDelivery(
            event: next.id, type: next.body.type, attempt: webhook.attempts + 1, at: now, status: nil, error: nil,
            outcome: outcome, durationMilliseconds: time.instant().milliseconds(since: begun))
        switch answer {
        case .status(let status): delivery.status = status
        case .failed(let why): delivery.error = why
        }
        if let why = progress.pausedBecause {
            log.warning("a webhook is told nothing more", ["webhook": "\(webhook.id)", "why": why])
        }
        try await webhooks.record(delivery, progress, of: webhook.id)
        return progress
    }

    private func send(
        _ next: Next, to webhook: Webhook, _ secret: Secret, _ now: Timestamp
    ) async -> WebhookPolicy.Answer {
        let fields = WebhookSignature.fields(id: next.id, at: now, body: next.body.bytes, secret: secret)
        do throws(WebFailure) {
            let answer = try await web.send(
                WebRequest(
                    .post, webhook.url, headers: [("Content-Type", "application/json")] + fields,
                    body: next.body.bytes, timeoutMilliseconds: Self.timeoutMilliseconds,
                    answerBytesMax: Self.answerBytesMax))
            return .status(answer.status)
        } catch {
            return .failed(error.words)
        }
    }

    // MARK: What comes next

    /// The first thing that the webhook wants of what it has not been told; of the outbox and the journal, what
    /// happened earlier. Without one, how far there was nothing for it.
    private func next(
        for webhook: Webhook
    ) async throws -> (next: Next?, place: Webhook.Place, hasMore: Bool) {
        var place = webhook.told
        var ours: Next?, hasMore = false
        for page in 0..<Self.pagesMax {
            let events = try await webhooks.outbox(after: place.outbox, limit: Self.pageMax)
            if let event = events.first(where: { webhook.wants($0.type) }) {
                place.outbox = event.position - 1
                ours = next(event, place)
                break
            }
            place.outbox = events.last?.position ?? place.outbox
            guard events.count == Self.pageMax else { break }
            hasMore = hasMore || page == Self.pagesMax - 1
        }
        for page in 0..<Self.pagesMax {
            let (events, last) = try await tail.events(after: place.journal, limit: Self.pageMax)
            for (position, event) in events {
                guard let body = describe(event), webhook.wants(body.type) else { continue }
                if let ours, ours.at <= event.at { return (ours, place, true) }
                place.journal = position
                let next = Next(id: "evt_\(epoch)_c\(position)", at: event.at, body: body, place: place)
                return (next, place, true)
            }
            guard last > place.journal else { break }
            place.journal = last
            hasMore = hasMore || page == Self.pagesMax - 1
        }
        if var ours {
            ours.place.journal = place.journal
            return (ours, place, true)
        }
        return (nil, place, hasMore)
    }

    private func next(_ event: OutsideEvent, _ place: Webhook.Place) -> Next {
        let body = JSONWriter.object { json in
            json.member("type", event.type)
            json.member("timestamp", event.at)
            json.name("data")
            json.value(raw: event.data)
        }
        return Next(
            id: "evt_\(epoch)_s\(event.position)", at: event.at, body: Body(type: event.type, bytes: body),
            place: Webhook.Place(outbox: event.position, journal: place.journal))
    }
}

extension WebFailure {
    /// For the log of deliveries.
    var words: String {
        switch self {
        case .unavailable(let why), .refused(let why), .malformed(let why), .unreachable(let why): why
        case .timedOut: "it took too long"
        case .tooLong(let bytes): "the answer has more than \(bytes) bytes"
        }
    }
}
