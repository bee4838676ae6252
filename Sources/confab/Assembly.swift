internal import Admin
internal import Auth
internal import Base
internal import Channels
internal import Gateway
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

    /// Threads that hash passwords: each takes 128 MiB while it works.
    private static let passwordThreads = 1

    static func open(_ configuration: Configuration, log: Logger) throws -> Assembly {
        let directory = try DataDirectory(path: configuration.data)
        let key: [UInt8]
        if configuration.jwtSecret.isEmpty {
            key = try directory.secret(named: "jwt.key") {
                var random = RandomSource.system
                return random.bytes(AccessTokenSigner.keyBytesMin)
            }
        } else {
            key = Array(configuration.jwtSecret.utf8)
        }
        let switchboard = Switchboard()
        let storage = try Storage(
            path: directory.databasePath, fanout: switchboard, limits: configuration.limits, log: log)
        let services = Services(
            journal: storage.journal, archive: storage.archive, accounts: storage.accounts,
            endedLogins: storage.endedLogins,
            signer: try AccessTokenSigner(key: Secret(key), issuer: "confab", audience: "confab"),
            passwords: PasswordHasher(
                cost: configuration.passwordCost, threads: Self.passwordThreads,
                queueMax: configuration.limits.passwordQueueMax),
            epoch: storage.epoch,
            settings: GatewaySettings(
                version: Self.version, limits: configuration.limits, allowedOrigins: configuration.allowedOrigins),
            time: .system, log: log)
        let router = Router(routes(services, storage), allowedHosts: configuration.allowedHosts) {
            services.caller(of: $0)
        }
        return Assembly(
            directory: directory, storage: storage, services: services, router: router, switchboard: switchboard)
    }

    private static func routes(_ services: Services, _ storage: Storage) -> [Route] {
        AuthRoutes(services).routes + ChannelRoutes(services).routes + SocketRoutes().routes + PageRoutes().routes
            + HealthRoutes(version: version, time: services.time) { await storage.isWriting() }.routes
            + OperatorRoutes(
                accounts: services.accounts, time: services.time,
                hash: { (password: [UInt8]) async throws(Rejection) in try await services.passwords.hash(password) },
                signToken: { services.accessToken(for: $0, login: $1) }
            ).routes
    }

    /// Commits what is on its way, and closes the data.
    func close() {
        services.passwords.close()
        storage.close()
    }
}
