internal import Base
internal import Gateway
internal import Glibc
internal import Persistence
internal import Reactor
internal import Telemetry
internal import WSServer

/// `confab serve`: the server itself, until SIGTERM.
enum Serve {
    static func run(_ values: SettingValues) throws {
        guard values.words.isEmpty else { throw UsageError("serve takes no words, only flags") }
        // Who can foresee hashes can choose keys that all collide.
        guard getenv("SWIFT_DETERMINISTIC_HASHING") == nil else {
            throw UsageError("SWIFT_DETERMINISTIC_HASHING is set: hashes must not be foreseeable")
        }
        let configuration = try Configuration(values)
        if !configuration.isDevelopment { CoreDumps.forbid() }
        let log = Logger(level: configuration.logLevel)
        let signals = try Signals()
        raiseDescriptorLimit()
        let rules = try rules(configuration)
        let assembly = try Assembly.open(configuration, log: log)
        let services = assembly.services, router = assembly.router, switchboard = assembly.switchboard
        let setupToken: String?
        do {
            setupToken = try configuration.firstSuperuser.prepare(
                services, assembly.setupGate, assembly.directory)
        } catch {
            assembly.close()
            throw error
        }
        let server: Server<SessionHandler>
        do {
            server = try Server(
                ServerConfiguration(
                    address: configuration.listen, localPath: assembly.directory.controlPath,
                    loops: configuration.loops, rules: rules, log: log))
        } catch {
            assembly.close()
            throw UsageError("cannot listen on \(configuration.listen): \(error)")
        }
        switchboard.connect(to: server)
        assembly.metrics.connect(to: server)
        server.start { worker, outlet in
            SessionHandler(
                worker: worker, outlet: outlet, services: services, router: router, switchboard: switchboard)
        }
        assembly.outside.start()
        assembly.recorder.start()
        if configuration.isDevelopment { log.warning("running with --dev: not for the open network") }
        let address = "\(rules.certificates == nil ? "http" : "https")://\(server.address)"
        if let setupToken {
            log.warning(
                "nobody has an account yet: make the first administrator within an hour",
                ["link": "\(address)/setup?token=\(setupToken)"])
        }
        Output.line("listening on \(address)")
        var reload = Reload(values: values, log: log)
        while signals.next() != .terminate { reload.run(server, assembly) }
        stop(server, assembly, signals, log)
    }

    /// Tells everybody, waits until they have gone, and closes the data. A second signal does not wait for them.
    private static func stop(
        _ server: Server<SessionHandler>, _ assembly: borrowing Assembly, _ signals: borrowing Signals, _ log: Logger
    ) {
        log.info("stopping")
        assembly.isStopping.withLock { $0 = true }
        server.beginDrain()
        while !server.hasEnded() {
            guard signals.next(unless: server.endedDescriptor) == .terminate else { continue }
            log.info("stopping at once")
            server.hurry()
        }
        assembly.close()
    }

    /// What the listener obeys.
    static func rules(_ configuration: Configuration) throws(UsageError) -> ServerRules {
        var limits = configuration.limits
        let descriptors = Int(clamping: descriptorLimit.rlim_cur)
        limits.connectionsMax = min(limits.connectionsMax, connectionsPossible(with: descriptors))
        // However many are turned away at once, the operator's door and the files keep their half of what is left.
        limits.refusedMax = min(
            limits.refusedMax, (descriptors - limits.connectionsMax) / 2 / configuration.loops)
        return ServerRules(
            limits: limits, certificates: try certificates(configuration), forwarding: configuration.forwarding,
            takesProxyHeader: configuration.takesProxyHeader)
    }

    /// What TLS is spoken with; `nil` when no certificate is named.
    private static func certificates(_ configuration: Configuration) throws(UsageError) -> TLSContext? {
        guard !configuration.tlsPairs.isEmpty else { return nil }
        do throws(TLSFault) {
            return try TLSContext(configuration.tlsPairs, limits: configuration.limits)
        } catch {
            throw UsageError("tls-cert and tls-key: \(error)")
        }
    }

    /// Descriptors that are left to the database, to files and to answering those who are refused: so many, or a
    /// quarter where there are few.
    private static let reservedDescriptorsMax = 512

    private static func connectionsPossible(with descriptors: Int) -> Int {
        max(1, descriptors - min(reservedDescriptorsMax, descriptors / 4))
    }

    private static var descriptorLimit: rlimit {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            // What POSIX guarantees at least is 20; every Linux gives 1,024.
            return rlimit(rlim_cur: 1_024, rlim_max: 1_024)
        }
        return limit
    }

    /// Each connection is a descriptor; the usual soft limit of 1,024 is for programs that use `select`.
    private static func raiseDescriptorLimit() {
        var limit = descriptorLimit
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
