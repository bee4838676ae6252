internal import Auth
internal import Base
internal import Glibc
internal import Outside
internal import Persistence

/// `confab doctor`: what is there and what is missing, a line each. Needs no running server and changes nothing.
enum Doctor {
    enum Finding: String {
        case fine = "ok"
        /// Not needed by these settings.
        case absent = "--"
        case wrong = "!!"
    }

    /// False when something that the settings need is missing.
    static func run(_ values: SettingValues) throws -> Bool {
        guard values.words.isEmpty else { throw UsageError("doctor takes no words, only flags") }
        let configuration = try Configuration(values)
        let findings =
            [library(configuration), clock(), descriptors(configuration)] + data(configuration)
            + bucket(configuration) + [thumbnails(configuration)] + certificates(configuration) + ways(configuration)
        for (finding, words) in findings { Output.line("\(finding.rawValue)  \(words)") }
        return !findings.contains { $0.0 == .wrong }
    }

    private static func library(_ configuration: Configuration) -> (Finding, String) {
        let push = configuration.push
        let isNeeded =
            configuration.outside.mail != nil || !configuration.outside.textURL.isEmpty
            || configuration.bucket != nil || push.firebase != nil || push.apple != nil
            || !push.webhookURL.isEmpty
        guard let library = CurlLibrary.description else {
            var why = ""
            if case .failure(let missing) = CurlLibrary.load() { why = missing.why }
            return (isNeeded ? .wrong : .absent, "libcurl, for mail, webhooks, S3 and logins by others: \(why)")
        }
        let missing = ["https", "smtp", "smtps"].filter { !library.protocols.contains($0) }
        guard missing.isEmpty else {
            return (isNeeded ? .wrong : .absent, "\(library.version) speaks no \(missing.joined(separator: ", "))")
        }
        return (.fine, "\(library.version): \(library.protocols.joined(separator: " "))")
    }

    /// A clock that was never set makes tokens of the past, and certificates of the future.
    private static func clock() -> (Finding, String) {
        let now = TimeSource.system.now()
        // When this was written, and a hundred years later.
        let isLikely = (1_760_000_000..<4_915_000_000).contains(now.seconds)
        return (isLikely ? .fine : .wrong, "the clock says \(now.rfc3339)")
    }

    private static func descriptors(_ configuration: Configuration) -> (Finding, String) {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let most = Int(clamping: limit.rlim_max), wanted = configuration.limits.connectionsMax
        guard most < wanted else { return (.fine, "\(most) open files for at most \(wanted) connections") }
        return (.fine, "\(most) open files: fewer connections than the \(wanted) of connections-max (ulimit -n)")
    }

    // MARK: Files

    private static func data(_ configuration: Configuration) -> [(Finding, String)] {
        let path = configuration.data
        var state = stat()
        guard lstat(path, &state) == 0 else {
            return [(.fine, "\(path) is not there yet; the first start makes it")]
        }
        var findings: [(Finding, String)] = []
        if access(path, R_OK | W_OK | X_OK) != 0 {
            findings.append((.wrong, "\(path) cannot be used by this user"))
        } else if state.st_mode & 0o077 != 0 {
            findings.append((.wrong, "\(path) is open to others (mode \(String(state.st_mode & 0o777, radix: 8)))"))
        } else {
            findings.append((.fine, "\(path) belongs to this user alone"))
        }
        for name in ["confab.db", "jwt.key", "audit.key"]
        where lstat("\(path)/\(name)", &state) == 0 && state.st_mode & 0o077 != 0 {
            findings.append((.wrong, "\(path)/\(name) is open to others"))
        }
        var room = statvfs()
        if statvfs(path, &room) == 0 {
            let free = (Int(room.f_bavail) * Int(room.f_frsize)) >> 20
            findings.append((free < 256 ? .wrong : .fine, "\(free) MiB are free there"))
        }
        return findings
    }

    private static func certificates(_ configuration: Configuration) -> [(Finding, String)] {
        guard !configuration.tlsPairs.isEmpty else {
            return [(.absent, "no TLS of our own: a proxy has to speak it")]
        }
        do throws(UsageError) {
            _ = try Serve.rules(configuration)
            return [(.fine, "the certificates and their keys can be used")]
        } catch {
            return [(.wrong, "\(error)")]
        }
    }

    // MARK: Ways to write to people

    private static func ways(_ configuration: Configuration) -> [(Finding, String)] {
        let outside = configuration.outside
        var findings: [(Finding, String)] = []
        if let mail = outside.mail {
            let isOpen = mail.security == .none && !mail.user.isEmpty
            let words = "e-mail by \(mail.url) (\(mail.security.rawValue)) from \(mail.from)"
            findings.append(
                isOpen ? (.wrong, words + ": a password would go in plain sight; see smtp-tls") : (.fine, words))
            if mail.password.count > 0, mail.user.isEmpty {
                findings.append((.wrong, "smtp-password is set without smtp-user"))
            }
        } else {
            findings.append((.absent, "no e-mail: smtp-url is empty"))
        }
        findings.append(
            outside.textURL.isEmpty
                ? (.absent, "no text messages: sms-url is empty") : (.fine, "text messages by \(outside.textURL)"))
        findings += pushes(configuration.push)
        for (name, file) in [("outside-ca", outside.trustedCertificates), ("smtp-ca", outside.mailCertificates)]
        where !file.isEmpty && access(file, R_OK) != 0 {
            findings.append((.wrong, "\(name): \(file) cannot be read"))
        }
        return findings
    }

    private static func web(_ push: PushConfiguration) -> (Finding, String) {
        guard push.hasWeb else { return (.absent, "no pushing to browsers: web-push is off") }
        return push.contact.isEmpty
            ? (.absent, "pushing to browsers without push-contact: some of their services take nothing")
            : (.fine, "pushing to browsers as \(push.contact)")
    }

    private static func pushes(_ push: PushConfiguration) -> [(Finding, String)] {
        [
            web(push),
            push.firebase.map { (Finding.fine, "pushing by FCM as \($0.email)") }
                ?? (.absent, "no pushing by FCM: fcm-service-account is empty"),
            push.apple.map { (Finding.fine, "pushing by APNs for \($0.app)") }
                ?? (.absent, "no pushing by APNs: apns-key is empty"),
            push.webhookURL.isEmpty
                ? (.absent, "no pushing by a server of one's own: push-webhook-url is empty")
                : (.fine, "pushing by \(push.webhookURL)"),
        ]
    }
}
