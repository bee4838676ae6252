public import Auth
public import Base
public import Telemetry

/// Sends letters: e-mail to the mail server, text messages to the SMS service.
public struct LetterHandler: JobHandler {
    public let kind = LetterJob.kind
    /// Codes die long before, by `Letter.expiresAt`.
    public let policy = JobPolicy(
        priority: .interactive, concurrencyMax: 8, firstWaitSeconds: 5, waitSecondsMax: 3_600)

    private let mailer: Mailer?
    private let texts: TextService?
    private let web: any WebClient
    private let writesToLog: Bool
    private let budget: any TextBudget
    private let time: TimeSource
    private let log: Logger

    /// The SMS service, as the operator set it up.
    public struct TextService: Sendable {
        public var url: String
        public var secret: Secret
        /// Messages a day to numbers that begin with the same three digits.
        public var dailyMax: Int

        public init(url: String, secret: Secret, dailyMax: Int) {
            self.url = url
            self.secret = secret
            self.dailyMax = dailyMax
        }
    }

    /// - Parameter writesToLog: letters for which no way is set up are written into the log and count as sent: for
    ///   development alone, because they hold codes.
    public init(
        client: CurlClient, mail: MailServer?, texts: TextService?, budget: any TextBudget,
        trustedCertificates: String, writesToLog: Bool, time: TimeSource, log: Logger
    ) {
        mailer = mail.map { Mailer(client: client, server: $0, trustedCertificates: trustedCertificates) }
        self.texts = texts
        web = client
        self.writesToLog = writesToLog
        self.budget = budget
        self.time = time
        self.log = log
    }

    public func run(_ job: Job, _ progress: JobProgress) async -> JobOutcome {
        guard let letter = LetterJob(job.payload)?.letter else {
            return .failed([Job.Fault(code: "malformed", detail: "this is no letter")])
        }
        if let expiry = letter.expiresAt, time.now() >= expiry {
            return .failed([Job.Fault(code: "expired", detail: "what it says holds no longer")])
        }
        switch letter.way {
        case .email(let to, let subject):
            guard let mailer else { return written(letter, to, subject) }
            return await send(letter.body, subject, to, by: mailer, job)
        case .text(let to):
            guard let texts else { return written(letter, to, "") }
            return await send(letter.body, to, by: texts, job)
        }
    }

    private func written(_ letter: Letter, _ to: String, _ subject: String) -> JobOutcome {
        guard writesToLog else {
            return .failed([Job.Fault(code: "not_configured", detail: "no way to send it is set up any more")])
        }
        log.info("a letter that nobody sends", ["to": to, "subject": subject, "body": letter.body])
        return .done(result: nil)
    }

    private func send(
        _ body: String, _ subject: String, _ to: String, by mailer: Mailer, _ job: Job
    ) async -> JobOutcome {
        do {
            let message = try MailMessage(
                from: mailer.server.from, to: to, subject: subject, body: body,
                id: "letter-\(job.id)-\(job.createdAt.milliseconds)", at: time.now())
            try await mailer.send(message, to: to)
            return .done(result: nil)
        } catch let fault as MailMessage.Fault {
            return .failed([Job.Fault(code: "malformed", detail: "the letter cannot be written: \(fault)")])
        } catch Mailer.Failure.refused(let why) {
            return .failed([Job.Fault(code: "refused", detail: why)])
        } catch {
            return .later(Job.Fault(code: "unreachable", detail: "\(error)"))
        }
    }

    private func send(_ text: String, _ to: String, by service: TextService, _ job: Job) async -> JobOutcome {
        let now = time.now()
        do throws(JobFailure) {
            // A message that is tried again is the same one.
            var isPaid = job.attempts > 1
            if !isPaid { isPaid = try await budget.take(to, within: service.dailyMax) }
            guard isPaid else {
                log.error(
                    "text messages to one part of the world have used up their day",
                    ["prefix": SpentTexts.prefix(of: to)])
                return .failed([Job.Fault(code: "quota_exceeded", detail: "the day's text messages are used up")])
            }
        } catch {
            return .later(Job.Fault(code: "unavailable", detail: "the day's budget cannot be read"))
        }
        let body = JSONWriter.object { json in
            json.member("to", to)
            json.member("text", text)
        }
        let fields = WebhookSignature.fields(
            id: "letter_\(job.id)_\(job.createdAt.milliseconds)", at: now, body: body, secret: service.secret)
        do throws(WebFailure) {
            let answer = try await web.send(
                WebRequest(
                    .post, service.url, headers: [("Content-Type", "application/json")] + fields, body: body,
                    timeoutMilliseconds: 15_000))
            switch answer.status {
            case 200..<300: return .done(result: nil)
            // Too many, and too slow: the same later (RFC 9110 section 15.5.9, RFC 6585 section 4).
            case 408, 425, 429: return .later(Job.Fault(code: "unreachable", detail: "it answered \(answer.status)"))
            case 400..<500: return .failed([Job.Fault(code: "refused", detail: "it answered \(answer.status)")])
            default: return .later(Job.Fault(code: "unreachable", detail: "it answered \(answer.status)"))
            }
        } catch {
            return .later(Job.Fault(code: "unreachable", detail: error.words))
        }
    }
}
