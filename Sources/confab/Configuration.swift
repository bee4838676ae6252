internal import Auth
internal import Base
internal import Gateway
internal import Glibc
internal import Outside
internal import Persistence
internal import REST
internal import Reactor
internal import Telemetry
internal import Wire

/// The settings, read and checked.
struct Configuration: Sendable {
    var listen: ListenAddress
    var data: String
    /// The file that the settings were read from, which may hold secrets; empty where there is none.
    var file: String
    var isDevelopment: Bool
    var loops: Int
    var forwarding: Forwarding
    /// Whether connections of trusted proxies begin with a PROXY header.
    var takesProxyHeader: Bool
    var logLevel: Logger.Level
    var allowedOrigins: Set<String>
    var allowedHosts: Set<String>
    /// Certificates and their keys; none when TLS is left to a proxy.
    var tlsPairs: [TLSContext.KeyPair]
    /// Where the page's files lie; empty for the built-in ones.
    var pageDirectory: String
    var jwtSecret: String
    var jwtAlgorithm: SigningAlgorithm
    var jwtIssuer: String
    var jwtAudience: String
    var takesCookies: Bool
    var trustedIssuers: [TrustedIssuer]
    var passwordCost: PasswordHash.Cost
    /// What of other servers is asked, and how.
    var outside: OutsideConfiguration
    var push: PushConfiguration
    var waysIn: WaysInSettings
    var firstSuperuser: FirstSuperuser
    /// Years; 0 asks for none.
    var ageMin: Int
    var hasDirectory: Bool
    /// Whether published courses are seen without a token.
    var hasPublicCourses: Bool
    /// Whether what is said is indexed.
    var hasSearch: Bool
    /// The country of phone numbers in address books that name none.
    var phoneCountry: DiallingCode?
    /// Where backups go, how often they are made by themselves (0 for never), and how many stay.
    var backups: BackupSettings
    var backupEveryHours: Int
    /// Whether small images are made of large ones.
    var makesThumbnails: Bool
    /// Where uploaded files are kept; `nil` for the data directory.
    var bucket: S3Settings?
    var limits = Limits()

    init(_ values: SettingValues) throws(UsageError) {
        for setting in Setting.bounds {
            guard let bound = setting.bound else { continue }
            limits[keyPath: bound.field] = try Self.number(setting.name, in: bound.range, values)
        }
        guard let listen = ListenAddress(values["listen"]) else {
            throw UsageError("listen: \(values["listen"]) is no address such as 127.0.0.1:8080 or [::1]:8080")
        }
        self.listen = listen
        data = values["data"]
        file = values.file
        isDevelopment = try Self.switched("dev", values)
        let loops = try Self.number("loops", in: 0...64, values)
        self.loops = loops > 0 ? loops : max(1, min(64, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))))
        guard let level = Logger.Level(name: values["log-level"]) else {
            throw UsageError("log-level: must be debug, info, warning, error or off")
        }
        logLevel = level
        allowedOrigins = Set(Self.list("allowed-origins", values))
        for origin in allowedOrigins where !WebOrigin.isValid(origin) {
            throw UsageError(
                "allowed-origins: \(origin) is no origin such as https://example.org, in lower case and without a path")
        }
        allowedHosts = Set(Self.list("allowed-hosts", values))
        forwarding = try Self.forwarding(values)
        takesProxyHeader = try Self.switched("proxy-protocol", values)
        guard !takesProxyHeader || !forwarding.trustedProxies.isEmpty else {
            throw UsageError("proxy-protocol: trusted-proxies must name the proxies that speak it")
        }
        tlsPairs = try Self.tlsPairs(values, countMax: limits.tlsPairsMax)
        pageDirectory = values["page-dir"]
        outside = try OutsideConfiguration(values, isDevelopment: isDevelopment)
        push = try PushConfiguration(values, rules: outside.rules)
        (jwtAlgorithm, jwtSecret) = try Self.signing(values, isDevelopment: isDevelopment)
        jwtIssuer = try Self.name("jwt-issuer", values)
        jwtAudience = try Self.name("jwt-audience", values)
        takesCookies = try Self.switched("cookies", values)
        trustedIssuers = try TrustedIssuersFile.read(values["trusted-issuers"])
        firstSuperuser = try FirstSuperuser(values)
        ageMin = try Self.number("min-age", in: 0...BirthDate.yearsMax, values)
        hasDirectory = try Self.switched("directory", values)
        hasPublicCourses = try Self.switched("courses-public", values)
        hasSearch = try Self.switched("search", values)
        phoneCountry = DiallingCode(values["phone-country"])
        guard phoneCountry != nil || values["phone-country"].isEmpty else {
            throw UsageError("phone-country: \(values["phone-country"]) is no dialling code such as 49")
        }
        backups = BackupSettings(
            data: values["data"], directory: values["backup-dir"].isEmpty ? nil : values["backup-dir"],
            keptCount: try Self.number("backup-keep", in: 1...10_000, values), settings: values.chosen)
        backupEveryHours = try Self.number("backup-every-hours", in: 0...8_760, values)
        makesThumbnails = try Self.switched("thumbnails", values)
        bucket = try Self.bucket(values)
        let logN = try Self.number("scrypt-log-n", in: 10...20, values)
        guard logN >= PasswordHash.Cost.standard.logN || isDevelopment else {
            throw UsageError("scrypt-log-n: less than \(PasswordHash.Cost.standard.logN) is for --dev only")
        }
        passwordCost = .standard
        passwordCost.logN = logN
        waysIn = try Self.waysIn(
            values, listen: listen, speaksTLS: !tlsPairs.isEmpty, isDevelopment: isDevelopment, limits)
        limits.areRatesLimited = try Self.switched("rate-limits", values)
        guard limits.areRatesLimited || isDevelopment else { throw UsageError("rate-limits: off is for --dev only") }
    }

    static func switched(_ name: String, _ values: SettingValues) throws(UsageError) -> Bool {
        switch values[name] {
        case "on", "true", "1", "yes": true
        case "off", "false", "0", "no", "": false
        case let other: throw UsageError("\(name): \(other) is neither on nor off")
        }
    }

    private static func signing(
        _ values: SettingValues, isDevelopment: Bool
    ) throws(UsageError) -> (SigningAlgorithm, String) {
        let name = values["jwt-algorithm"], secret = values["jwt-secret"]
        guard let algorithm = SigningAlgorithm(rawValue: name) else {
            throw UsageError(
                "jwt-algorithm: \(name) is none of \(SigningAlgorithm.allCases.map(\.rawValue).joined(separator: ", "))"
            )
        }
        guard !secret.isEmpty else { return (algorithm, secret) }
        guard algorithm == .hs256 else { throw UsageError("jwt-secret: only HS256 is signed with a secret") }
        guard isDevelopment || !WellKnownSecret.isKnown(secret) else {
            throw UsageError("jwt-secret: everybody knows this one; take 32 random bytes, or none at all")
        }
        guard secret.utf8.count >= AccessTokenSigner.keyBytesMin else {
            throw UsageError("jwt-secret: at least \(AccessTokenSigner.keyBytesMin) bytes are needed")
        }
        return (algorithm, secret)
    }

    private static func name(_ setting: String, _ values: SettingValues) throws(UsageError) -> String {
        guard (1...255).contains(values[setting].utf8.count) else { throw UsageError("\(setting): 1 to 255 bytes") }
        return values[setting]
    }

    private static func number(
        _ name: String, in range: ClosedRange<Int>, _ values: SettingValues
    ) throws(UsageError) -> Int {
        guard let number = Int(values[name]), range.contains(number) else {
            throw UsageError("\(name): must be a whole number, \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    static func list(_ name: String, _ values: SettingValues) -> [String] {
        values[name].split(separator: ",").map(\.trimmingSpaces).filter { !$0.isEmpty }
    }

    private static func forwarding(_ values: SettingValues) throws(UsageError) -> Forwarding {
        var networks: [IPNetwork] = []
        for text in list("trusted-proxies", values) {
            guard let network = IPNetwork(text) else {
                throw UsageError("trusted-proxies: \(text) is no address or network such as 127.0.0.1 or 10.0.0.0/8")
            }
            networks.append(network)
        }
        return Forwarding(trustedProxies: networks)
    }

    private static func tlsPairs(
        _ values: SettingValues, countMax: Int
    ) throws(UsageError) -> [TLSContext.KeyPair] {
        let certificates = list("tls-cert", values), keys = list("tls-key", values)
        guard certificates.isEmpty == keys.isEmpty else {
            throw UsageError(
                "\(keys.isEmpty ? "tls-cert needs tls-key" : "tls-key needs tls-cert"): give both or neither")
        }
        guard certificates.count == keys.count, certificates.count <= countMax else {
            throw UsageError(
                "tls-cert names \(certificates.count) files and tls-key \(keys.count): one key for each certificate, "
                    + "\(countMax) at most")
        }
        return zip(certificates, keys).map(TLSContext.KeyPair.init)
    }
}
