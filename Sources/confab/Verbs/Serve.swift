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
        let configuration = try Configuration(values)
        let log = Logger(level: configuration.logLevel)
        let signals = try Signals()
        raiseDescriptorLimit()
        let certificates = try certificates(configuration)
        let assembly = try Assembly.open(configuration, log: log)
        let services = assembly.services, router = assembly.router, switchboard = assembly.switchboard
        let server: Server<SessionHandler>
        do {
            server = try Server(
                ServerConfiguration(
                    address: configuration.listen, localPath: assembly.directory.controlPath,
                    certificates: certificates, loops: configuration.loops, limits: configuration.limits, log: log))
        } catch {
            assembly.close()
            throw UsageError("cannot listen on \(configuration.listen): \(error)")
        }
        switchboard.connect(to: server)
        server.start { worker, outlet in
            SessionHandler(
                worker: worker, outlet: outlet, services: services, router: router, switchboard: switchboard)
        }
        if configuration.isDevelopment { log.warning("running with --dev: not for the open network") }
        Output.line("listening on \(certificates == nil ? "http" : "https")://\(server.address)")
        while signals.next() != .terminate { reload(configuration, server, log) }
        log.info("stopping")
        server.drain()
        assembly.close()
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

    /// Reads the certificates again. Connections stay; if the files are not what they should be, so do the old
    /// certificates.
    private static func reload(_ configuration: Configuration, _ server: Server<SessionHandler>, _ log: Logger) {
        do throws(UsageError) {
            guard let renewed = try certificates(configuration) else { return }
            server.renew(renewed)
            log.info("certificates are read again")
        } catch {
            log.error("the old certificates stay", ["why": "\(error)"])
        }
    }

    /// Each connection is a descriptor; the usual soft limit of 1,024 is for programs that use `select`.
    private static func raiseDescriptorLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
