internal import Admin
internal import Auth
internal import Base
internal import Channels
internal import Gateway
internal import Glibc
internal import Outside
internal import Persistence
internal import REST
internal import Telemetry

/// Builds the server out of its parts, without a listener: everything durable, and the routes to it.
struct Assembly: ~Copyable, Sendable {
    static let version = "0.1.0"

    let directory: DataDirectory
    let storage: Storage
    let services: Services
    let router: Router
    let switchboard: Switchboard
    let outside: OutsideWorks
    let metrics: Metrics
    let recorder: SeriesRecorder
    /// A planned stop has begun.
    let isStopping: Guarded<Bool>
    let setupGate: SetupGate
    private let health: HealthRoutes
    private let keys: SigningKeys

    /// Threads that hash passwords: each takes 128 MiB while it works.
    private static let passwordThreads = 1

    static func open(_ configuration: Configuration, log: Logger) throws -> Assembly {
        let directory = try DataDirectory(path: configuration.data)
        let time = TimeSource.system
        let keys = try SigningKeys.open(configuration, in: directory.path, time: time)
        let auditKey = try directory.secret(named: "audit.key") {
            var random = RandomSource.system
            return random.bytes(AuditChain.keyByteCount)
        }
        let pushKey = try PushWorks.key(in: directory)
        let switchboard = Switchboard()
        let objects = configuration.bucket.map { S3Bucket($0, userAgent: "confab/\(version)") }
        let storage: Storage
        do {
            storage = try open(directory, configuration, objects, auditKey, switchboard, log)
        } catch {
            objects?.close()
            throw error
        }
        let outside = OutsideWorks(configuration, storage, pushKey: pushKey, active: switchboard, log: log)
        let published = PublishedKeys(web: outside.client, time: time)
        var services = Services(
            journal: storage.journal,
            archive: NotifiedArchive(storage.archive, feed: storage.notifications, journal: storage.journal),
            accounts: storage.accounts, people: storage.people,
            madeRoles: storage.madeRoles, apiKeys: storage.apiKeys, foreignUsers: storage.foreignUsers,
            files: storage.files, uploads: storage.uploads,
            endedLogins: storage.endedLogins, roles: storage.roles,
            signer: AccessTokenSigner(
                keys: keys.live, issuer: configuration.jwtIssuer, audience: configuration.jwtAudience),
            keys: keys.live,
            issuers: Issuers(
                configuration.trustedIssuers, users: storage.foreignUsers, published: published, time: time),
            passwords: PasswordHasher(
                cost: configuration.passwordCost, threads: Self.passwordThreads,
                queueMax: configuration.limits.passwordQueueMax),
            postbox: outside.postbox, web: outside.client,
            waysIn: WaysIn(
                proofs: storage.proofs, secondFactors: storage.secondFactors, invitations: storage.invitations,
                identities: storage.identities,
                key: try ProofKey(
                    try directory.secret(named: "proof.key") {
                        var random = RandomSource.system
                        return random.bytes(ProofKey.byteCount)
                    }), publishedKeys: published, limits: configuration.limits),
            epoch: storage.epoch,
            settings: settings(configuration), time: time, log: log)
        services.search = storage.search
        services.courses = try courses(storage, directory, configuration)
        let passwords = services.passwords
        let metrics = Metrics(
            storage, services.numbers, passwordsWaiting: { passwords.waitingCount }, log: log)
        let recorder = SeriesRecorder(metrics, store: storage.series, time: time, log: log)
        let isStopping = Guarded(false)
        let health = HealthRoutes(
            version: version, time: services.time, isStopping: { isStopping.withLock { $0 } },
            canCommit: { await storage.isWriting() },
            integrity: {
                let report = storage.integrity.report
                return HealthRoutes.Integrity(damagedCount: report.damagedCount, lookedAt: report.lookedAt)
            })
        let gate = SetupGate()
        let router: Router
        do throws(UsageError) {
            router = try Self.router(
                services, storage.audit, switchboard, outside, health, recorder, keys, gate, configuration)
        } catch {
            services.passwords.close()
            outside.close()
            storage.close()
            throw error
        }
        return Assembly(
            directory: directory, storage: storage, services: services, router: router, switchboard: switchboard,
            outside: outside, metrics: metrics, recorder: recorder, isStopping: isStopping, setupGate: gate,
            health: health, keys: keys)
    }

    private static func open(
        _ directory: borrowing DataDirectory, _ configuration: Configuration, _ objects: (any ObjectStore)?,
        _ auditKey: [UInt8], _ switchboard: Switchboard, _ log: Logger
    ) throws -> Storage {
        try Storage(
            path: directory.databasePath, filesPath: directory.filesPath, objects: objects,
            shrinker: configuration.makesThumbnails
                ? VipsThumbnail(directory: directory.thumbnailsPath) : nil,
            searchPath: searchPath(configuration, in: directory), reservePath: directory.reservePath,
            auditKey: Secret(auditKey), backups: configuration.backups,
            fanout: switchboard, limits: configuration.limits, planted: try PlantedFault.asked(), log: log)
    }

    /// Without searching what an index of former days holds would outlive what was deleted since.
    private static func searchPath(_ configuration: Configuration, in directory: borrowing DataDirectory) -> String? {
        if configuration.hasSearch { return directory.searchPath }
        for ending in ["", "-wal", "-shm"] { unlink(directory.searchPath + ending) }
        return nil
    }

    private static func settings(_ configuration: Configuration) -> GatewaySettings {
        var settings = GatewaySettings(
            version: version, limits: configuration.limits, allowedOrigins: configuration.allowedOrigins,
            waysIn: configuration.waysIn, takesCookies: configuration.takesCookies)
        settings.ageMin = configuration.ageMin
        settings.hasDirectory = configuration.hasDirectory
        settings.phoneCountry = configuration.phoneCountry
        return settings
    }

    private static func router(
        _ services: Services, _ audit: any AuditTrail, _ switchboard: Switchboard, _ outside: OutsideWorks,
        _ health: HealthRoutes, _ recorder: SeriesRecorder, _ keys: SigningKeys, _ gate: SetupGate,
        _ configuration: Configuration
    ) throws(UsageError) -> Router {
        Router(
            routes(services, audit, switchboard, outside, health, keys)
                + setup(services, gate, configuration)
                + recorder.routes(isOpen: configuration.isDevelopment)
                + Self.health(recorder.metrics.storage, recorder, configuration, time: services.time)
                + (try PageDirectory.routes(configuration, services)),
            allowedHosts: configuration.allowedHosts, allowedOrigins: configuration.allowedOrigins,
            limits: configuration.limits, takesCookies: configuration.takesCookies,
            numbers: recorder.metrics.routes,
            findKey: { services.apiKey($0) },
            provenAt: { login async throws(APIError) in try await services.provenAt(login) },
            authenticate: { await services.caller(of: $0) })
    }

    private static func setup(
        _ services: Services, _ gate: SetupGate, _ configuration: Configuration
    ) -> [Route] {
        let file = configuration.data + "/" + FirstSuperuser.tokenFile
        return SetupRoutes(services, gate: gate) { unlink(file) }.routes
    }

    private static func routes(
        _ services: Services, _ audit: any AuditTrail, _ switchboard: Switchboard, _ outside: OutsideWorks,
        _ health: HealthRoutes, _ keys: SigningKeys
    ) -> [Route] {
        let hash = { @Sendable (password: [UInt8]) async throws(Rejection) in
            try await services.passwords.hash(password)
        }
        let clients: [[Route]] = [
            AuthRoutes(services).routes, waysIn(services), TokenRoutes(services).routes, MintRoutes(services).routes,
            UserRoutes(services).routes, RoleRoutes(services).routes, SessionRoutes(services).routes,
            ChannelRoutes(services).routes, MemberRoutes(services).routes,
            MessageRoutes(services, switchboard: switchboard).routes, FileRoutes(services).routes,
            UploadRoutes(services).routes, FileLinkRoutes(services).routes,
            ThumbnailRoutes(services).routes,
            SyncRoutes(services).routes, SocketRoutes().routes, ExportRoutes(services, jobs: outside.jobs).routes,
            services.search.map { SearchRoutes(services, search: $0).routes } ?? [],
            NotificationRoutes(services, feed: outside.notifications).routes,
            NotificationPreferenceRoutes(services, feed: outside.notifications).routes,
            ContactRoutes(services, contacts: outside.contacts, jobs: outside.jobs).routes,
            services.courses?.routes(services) ?? [],
        ]
        let operators: [[Route]] = [
            APIKeyRoutes(keys: services.apiKeys, time: services.time).routes,
            SigningKeyRoutes(accounts: services.accounts, rotate: { () throws(APIError) in try keys.rotate() }).routes,
            ConnectionRoutes(services, switchboard: switchboard).routes,
            outside.routes, health.routes, AuditRoutes(audit, time: services.time).routes,
            OperatorUserRoutes(
                people: services.people, accounts: services.accounts, time: services.time, hash: hash
            ).routes,
            OperatorRoutes(
                accounts: services.accounts, roles: services.roles, time: services.time, hash: hash,
                signToken: { services.accessToken(for: $0, login: $1) }
            ).routes,
        ]
        let routes = (clients + operators).flatMap { $0 }
        return routes + Aliases.all.map { $0.route(among: routes) }
    }

    /// Registering and logging in, whatever by.
    private static func waysIn(_ services: Services) -> [Route] {
        AuthMethodsRoutes(services).routes + RegistrationRoutes(services).routes + LoginRoutes(services).routes
            + EmailRoutes(services).routes
            + PasswordRoutes(services).routes + PhoneRoutes(services).routes + SecondFactorRoutes(services).routes
            + InvitationRoutes(services).routes + ProviderRoutes(services).routes + ConfirmationRoutes(services).routes
    }

    /// Has everything that runs obey what of the configuration can change while it does.
    func renew(_ configuration: Configuration) throws(UsageError) {
        var services = services
        services.settings = Self.settings(configuration)
        let router = try Self.router(
            services, storage.audit, switchboard, outside, health, recorder, keys, setupGate, configuration)
        storage.renew(configuration.limits)
        switchboard.renew(services, router)
    }

    /// Commits what is on its way, and closes the data.
    func close() {
        recorder.stop()
        services.passwords.close()
        outside.close()
        storage.close()
    }
}
