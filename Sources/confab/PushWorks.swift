internal import Auth
internal import Base
internal import Gateway
internal import Outside
internal import Persistence
internal import REST
internal import Telemetry

/// Pushing to devices: the services that are set up, the job that uses them, and the routes that name devices.
struct PushWorks: Sendable {
    let handler: PushHandler
    let routes: [Route]

    /// - Parameters:
    ///   - key: by which browsers' push services know this server, of P-256.
    ///   - active: who knows whether a user is there.
    init(
        _ configuration: Configuration, _ storage: Storage, client: CurlClient, key: SigningKey,
        active: any ActiveUsers, log: Logger
    ) {
        let settings = configuration.push, rules = configuration.outside.rules, time = TimeSource.system
        let secondsMax = configuration.limits.pushSecondsMax
        var services: [Device.Kind: any PushService] = [:]
        if configuration.isDevelopment {
            for kind in [Device.Kind.fcm, .apns, .webhook] { services[kind] = LogPush(log) }
        }
        if settings.hasWeb {
            services[.web] = WebPush(
                web: client, key: key, contact: settings.contact, secondsMax: secondsMax, time: time)
        }
        if let account = settings.firebase {
            services[.fcm] = FirebasePush(
                web: client, account: account, url: settings.firebaseURL, secondsMax: secondsMax, time: time)
        }
        if let account = settings.apple {
            services[.apns] = ApplePush(
                web: client, account: account, url: settings.appleURL, secondsMax: secondsMax, time: time)
        }
        if !settings.webhookURL.isEmpty {
            services[.webhook] = WebhookPush(
                web: client, url: settings.webhookURL, secret: WebhookSignature.secret(of: settings.webhookSecret),
                time: time)
        }
        handler = PushHandler(
            devices: storage.devices, jobs: storage.jobs, feed: storage.notifications, journal: storage.journal,
            active: active, services: services, content: settings.content,
            graceMilliseconds: configuration.limits.pushGraceMilliseconds, time: time, log: log)
        routes =
            DeviceRoutes(
                storage.devices, kinds: Set(services.keys), publicKey: key.publicPoint,
                check: { (url: String) throws(WebFailure) in _ = try WebRequest.isPlain(url, within: rules) }
            ).routes
    }

    /// The key as it is kept, made anew where there is none that can be read.
    static func key(in directory: borrowing DataDirectory) throws -> SigningKey {
        let bytes = try directory.secret(named: "push.key") {
            var random = RandomSource.system
            return SigningKey.make(.es256, random: &random).privateBytes
        }
        guard let key = SigningKey(.es256, privateBytes: bytes) else {
            throw UsageError("\(directory.path)/push.key is damaged; without it browsers have to subscribe anew")
        }
        return key
    }
}
