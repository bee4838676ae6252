public import Auth
public import Base
public import Channels
public import Outside
public import Telemetry

/// Pushes what has gathered under a topic to the devices of a user who is not there, and takes back what was read. What
/// it says is made when it is sent, of what may be seen then.
public struct PushHandler: JobHandler {
    public let kind = PushOrder.kind
    /// At once half of all jobs that there may be: services that do not answer hold up nobody else's.
    public let policy = JobPolicy(
        concurrencyMax: JobSchedule.slotsMax / 2, firstWaitSeconds: 5, waitSecondsMax: 600, giveUpSeconds: 7_200)

    private let devices: any Devices
    private let jobs: any Jobs
    private let feed: any NotificationFeed
    private let journal: any Journal
    private let active: any ActiveUsers
    private let services: [Device.Kind: any PushService]
    private let content: PushContent
    private let time: TimeSource
    private let log: Logger
    /// Until then those who were there before the server began have time to come back.
    private let quietUntil: Instant

    /// Notifications that are looked through for those of a topic.
    private static let lookMax = 100
    /// Tries of one device, the waits between them doubling from the first.
    private static let attemptsMax = 8
    private static let firstWaitSeconds: Int64 = 15

    /// - Parameter graceMilliseconds: for which nothing is pushed by a server that has just begun.
    public init(
        devices: any Devices, jobs: any Jobs, feed: any NotificationFeed, journal: any Journal,
        active: any ActiveUsers, services: [Device.Kind: any PushService], content: PushContent,
        graceMilliseconds: Int, time: TimeSource, log: Logger
    ) {
        self.devices = devices
        self.jobs = jobs
        self.feed = feed
        self.journal = journal
        self.active = active
        self.services = services
        self.content = content
        self.time = time
        self.log = log
        quietUntil = time.instant().adding(milliseconds: graceMilliseconds)
    }

    public func run(_ job: Job, _ progress: JobProgress) async -> JobOutcome {
        guard let order = PushOrder(job.payload) else {
            return .failed([Job.Fault(code: "malformed", detail: "this is nothing to push")])
        }
        guard time.instant() >= quietUntil || order.isClosing else {
            return .later(Job.Fault(code: "starting", detail: "the server has just begun"))
        }
        do throws(JobFailure) {
            guard let message = try await message(for: order, isRepeated: job.attempts > 1) else {
                return .done(result: nil)
            }
            let all = try await devices.all(of: order.user)
            let meant = all.filter { order.device == nil || order.device == $0.id }
            try await send(message, to: meant, order)
            guard !order.isClosing, try await !devices.isShown(order.topic, to: order.user) else {
                return .done(result: nil)
            }
            // It was read while it was on its way, and may have come behind the word that takes it back.
            var back = order
            back.isClosing = true
            try await send(PushMessage(order.topic, nil), to: meant, back)
            return .done(result: nil)
        } catch {
            return .later(Job.Fault(code: "unavailable", detail: "\(error)"))
        }
    }

    /// - Returns: `nil` when there is nothing to push any more.
    private func message(for order: PushOrder, isRepeated: Bool) async throws(JobFailure) -> PushMessage? {
        guard !order.isClosing else {
            // What came to the topic since is not to be taken back with what was read.
            return try await devices.isShown(order.topic, to: order.user) ? nil : PushMessage(order.topic, nil)
        }
        guard let isActive = await active.isActive(order.user) else { throw .unavailable }
        // What one device has not got yet was begun by the job before.
        let begun = try await devices.begin(
            order.topic, of: order.user, isRepeated: isRepeated || order.device != nil)
        guard let begun else { return nil }
        guard !isActive, let content = try await self.content(of: order) else {
            // Who is there has heard of it; what was read is nothing to push.
            if begun == .first { try await devices.drop(order.topic, of: order.user) }
            return nil
        }
        return PushMessage(order.topic, content)
    }

    /// Sends to all at once: a service that does not answer keeps the others' devices from nothing.
    private func send(
        _ message: PushMessage, to devices: [Device], _ order: PushOrder
    ) async throws(JobFailure) {
        let results = await withTaskGroup(
            of: (Device, PushOutcome).self, returning: [(Device, PushOutcome)].self
        ) { group in
            for device in devices {
                guard let service = services[device.kind] else { continue }
                group.addTask { (device, await service.send(message, to: device)) }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        for (device, outcome) in results { try await take(outcome, of: device, order) }
    }

    private func take(_ outcome: PushOutcome, of device: Device, _ order: PushOrder) async throws(JobFailure) {
        switch outcome {
        case .sent: return
        case .gone: try await devices.forget(device)
        case .refused(let why):
            log.warning("a device takes no push", ["kind": device.kind.rawValue, "user": "\(device.user)", "why": why])
        case .later(let why, let seconds):
            guard order.attempts < Self.attemptsMax - 1 else {
                log.warning(
                    "a push is given up", ["kind": device.kind.rawValue, "user": "\(device.user)", "why": why])
                return
            }
            var again = order
            again.device = device.id
            again.attempts += 1
            let wait = seconds ?? Self.firstWaitSeconds << Int64(order.attempts)
            _ = try await jobs.enqueue(
                NewJob(
                    PushOrder.kind, payload: again.payload,
                    dueAt: time.now().adding(seconds: max(1, wait))))
        }
    }

    // MARK: What it says

    private func content(of order: PushOrder) async throws(JobFailure) -> PushMessage.Content? {
        let channels: [ChannelID: ChannelSummary]
        switch await journal.commit(Proposal(user: order.user, command: .catchUpNotifications)) {
        case .success(.listed(let all)): channels = all.reduce(into: [:]) { $0[$1.channel] = $1 }
        // Who is gone is told nothing.
        case .success, .failure(.noSuchUser): return nil
        case .failure: throw .unavailable
        }
        let page: [NotificationView], unpushed: Set<Notification.Kind>
        do throws(Rejection) {
            page = try await feed.page(of: order.user, before: nil, isUnreadOnly: true, limit: Self.lookMax)
            unpushed = try await feed.preferences(of: order.user).unpushed
        } catch {
            throw .unavailable
        }
        let unread = page.filter { view in
            view.notification.content.kind != .newMessage
                || view.unreadCount(view.notification.content.channel.flatMap { channels[$0] }) > 0
        }
        // A mention says more than that there are messages.
        let ours = unread.filter { $0.isOf(order.topic) && !unpushed.contains($0.notification.content.kind) }
        guard let view = ours.first(where: { $0.notification.content.kind == .mention }) ?? ours.first else {
            return nil
        }
        return content(of: view, in: channels, badge: Int64(unread.count))
    }

    private func content(
        of view: NotificationView, in channels: [ChannelID: ChannelSummary], badge: Int64
    ) -> PushMessage.Content {
        let content = view.notification.content
        let summary = content.channel.flatMap { channels[$0] }
        var data: [(name: String, value: String)] = [
            ("type", content.kind.rawValue), ("notification_id", "\(view.notification.id)"),
            ("to_user", "\(content.user)"), ("reference_type", content.reference.type),
            ("reference_id", content.reference.id),
        ]
        if content.kind == .newMessage { data.append(("count", "\(view.unreadCount(summary))")) }
        if self.content != .none {
            if let actor = content.actor { data.append(("from_user", "\(actor)")) }
            if let name = view.actor?.username { data.append(("reference_username", name)) }
        }
        let (title, body) =
            switch self.content {
            case .full: (view.title(in: summary), view.text(in: summary))
            case .sender: (view.title(in: summary), view.discreetText(in: summary))
            case .none: ("Confab", "There is something new")
            }
        return PushMessage.Content(
            title: title, body: body, badge: badge,
            isUrgent: content.kind == .newMessage || content.kind == .mention, data: data)
    }
}

extension NotificationView {
    fileprivate func isOf(_ topic: PushTopic) -> Bool {
        switch topic {
        case .channel(let channel): notification.content.channel == channel
        case .notification(let id): notification.id == id
        }
    }
}
