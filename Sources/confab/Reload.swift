internal import Gateway
internal import Telemetry
internal import WSServer

/// Reads the settings and the certificates again, on SIGHUP. Nobody is cut off. If anything of it cannot be used,
/// everything stays as it is.
struct Reload {
    private var values: SettingValues
    private let log: Logger
    /// What it was started with holds as long as it runs.
    private let speaksTLS: Bool

    init(values: SettingValues, log: Logger) {
        self.values = values
        speaksTLS = !values["tls-cert"].isEmpty
        self.log = log
    }

    mutating func run(_ server: Server<SessionHandler>, _ assembly: borrowing Assembly) {
        do throws(UsageError) {
            let renewal = try values.readAgain()
            let configuration = try Configuration(renewal.values)
            let rules = try Serve.rules(configuration)
            try assembly.renew(configuration)
            server.renew(rules)
            log.set(configuration.logLevel)
            values = renewal.values
            var waiting = renewal.waiting, changed = renewal.changed
            if configuration.tlsPairs.isEmpty == speaksTLS {
                waiting.append("tls-cert")
                changed.removeAll { ["tls-cert", "tls-key"].contains($0) }
            }
            for name in waiting { log.warning("a setting takes a restart", ["setting": name]) }
            log.info(
                "settings and certificates are read again", ["changed": changed.joined(separator: " ")])
        } catch {
            log.error("the old settings and certificates stay", ["why": "\(error)"])
        }
    }
}
