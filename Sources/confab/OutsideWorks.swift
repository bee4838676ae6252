internal import Admin
internal import Auth
internal import Base
internal import Channels
internal import Gateway
internal import Outside
internal import Persistence
internal import REST
internal import Telemetry

/// What is done behind the conversations: jobs, letters, webhooks, and the client by which other servers are asked.
final class OutsideWorks: Sendable {
    let client: CurlClient
    let postbox: any Postbox
    let routes: [Route]
    var jobs: any Jobs { storage.jobs }
    var notifications: any NotificationFeed { storage.notifications }
    var contacts: any ContactBook { storage.contacts }
    private let storage: Storage
    private let runner: JobRunner
    private let backupHandler: BackupHandler
    private let sender: WebhookSender
    private let log: Logger
    private let works = Guarded<[Task<Void, Never>]>([])

    init(
        _ configuration: Configuration, _ storage: Storage, pushKey: SigningKey, active: any ActiveUsers, log: Logger
    ) {
        let settings = configuration.outside, rules = settings.rules
        let client = CurlClient(
            rules: rules, trustedCertificates: settings.trustedCertificates, userAgent: "confab/\(Assembly.version)")
        let texts: LetterHandler.TextService? =
            settings.textURL.isEmpty
            ? nil
            : LetterHandler.TextService(
                url: settings.textURL, secret: WebhookSignature.secret(of: settings.textSecret),
                dailyMax: configuration.limits.textsPerPrefixMax)
        self.client = client
        self.storage = storage
        self.log = log
        postbox = QueuedPostbox(
            storage.jobs, hasEmail: settings.mail != nil || configuration.isDevelopment,
            hasText: texts != nil || configuration.isDevelopment)
        let push = PushWorks(configuration, storage, client: client, key: pushKey, active: active, log: log)
        let backupHandler = BackupHandler(
            storage.jobs, storage.backups, everyHours: configuration.backupEveryHours, time: .system)
        self.backupHandler = backupHandler
        runner = JobRunner(
            storage.jobs,
            handlers: [
                LetterHandler(
                    client: client, mail: settings.mail, texts: texts, budget: storage.textBudget,
                    trustedCertificates: settings.mailCertificates, writesToLog: configuration.isDevelopment,
                    time: .system, log: log),
                PruneHandler(
                    storage.jobs, storage.webhooks, storage.notifications,
                    notificationDays: configuration.limits.notificationDaysMax, time: .system),
                ExportHandler(
                    people: storage.people, devices: storage.devices, roles: storage.roles, journal: storage.journal,
                    archive: storage.archive, feed: storage.notifications, contacts: storage.contacts,
                    courses: storage.courses, files: storage.files, limits: configuration.limits),
                backupHandler, push.handler,
                FileRemovalHandler { await storage.removeUnused($0) },
                ContactJoinedHandler(storage.contacts),
                ContactImportHandler(
                    storage.contacts, files: storage.files, jobs: storage.jobs, limits: configuration.limits,
                    time: .system),
            ], bell: storage.bells.jobs, time: .system, log: log)
        sender = WebhookSender(
            storage.webhooks, tail: storage.tail, web: client, epoch: storage.epoch, bell: storage.bells.events,
            time: .system, log: log
        ) { event in
            OutsideForm.body(of: event).map { WebhookSender.Body(type: $0.type, bytes: $0.bytes) }
        }
        routes =
            JobRoutes(storage.jobs).routes + push.routes
            + BackupRoutes(storage.backups, jobs: storage.jobs, accounts: storage.accounts, time: .system).routes
            + WebhookRoutes(
                storage.webhooks,
                makeSecret: {
                    var random = RandomSource.system
                    return WebhookSignature.make(random: &random)
                },
                check: { (url: String) throws(WebFailure) in _ = try WebRequest.isPlain(url, within: rules) }
            ).routes
    }

    /// Begins to work; only the server itself does, not a verb of the command line.
    func start() {
        let runner = runner, sender = sender, jobs = storage.jobs, log = log, backupHandler = backupHandler
        works.withLock {
            $0 = [
                Task {
                    do throws(JobFailure) {
                        _ = try await jobs.enqueue(PruneHandler.next(after: TimeSource.system.now()))
                    } catch {
                        log.warning("what is old is not taken away before the next start", ["why": "\(error)"])
                    }
                    do throws(JobFailure) {
                        try await backupHandler.schedule()
                    } catch {
                        log.warning("no backup is made by itself before the next start", ["why": "\(error)"])
                    }
                    await runner.run()
                },
                Task { await sender.run() },
            ]
        }
    }

    /// Ends what is under way; what is not done is done after the next start.
    func close() {
        runner.stop()
        sender.stop()
        client.close()
    }
}
