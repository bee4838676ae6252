import Base
import Telemetry
import TestSupport
import Testing

@testable import Auth
@testable import Outside

/// A mail server that says what it is told to at one of its steps, and takes everything otherwise.
private struct MailScript: Sendable {
    enum Step: String, CaseIterable { case greeting, hello, from, to, data, content }

    var step: Step?
    var words = ""
    let heard = Heard()

    func serve(_ peer: ScriptedServer.Peer) {
        func answer(_ step: Step, _ usual: String) -> Bool {
            guard step == self.step else { return peer.write(usual + "\r\n") }
            // Without words it hangs up.
            return words.isEmpty ? false : peer.write(words + "\r\n")
        }
        guard answer(.greeting, "220 mock ESMTP") else { return }
        while case let line = peer.read(), !line.isEmpty {
            let goesOn: Bool
            switch line.prefix(4).uppercased() {
            case "EHLO", "HELO": goesOn = answer(.hello, "250-mock\r\n250 8BITMIME")
            case "MAIL":
                heard.note(line)
                goesOn = answer(.from, "250 ok")
            case "RCPT":
                heard.note(line)
                goesOn = answer(.to, "250 ok")
            case "DATA":
                goesOn = answer(.data, "354 go on")
                if goesOn, step != .data {
                    heard.note(peer.read(until: "\r\n.\r\n"))
                    guard answer(.content, "250 taken") else { return }
                }
            case "QUIT":
                peer.write("221 bye\r\n")
                return
            default: goesOn = peer.write("502 what?\r\n")
            }
            guard goesOn else { return }
        }
    }
}

/// A budget that is nowhere on disk.
private final class MemoryBudget: TextBudget {
    private let spent = Guarded<[String: SpentTexts]>([:])
    private let time: TimeSource
    /// Whether it cannot be read.
    let isClosed = Guarded(false)

    init(_ time: TimeSource) { self.time = time }

    func take(_ number: String, within dailyMax: Int) async throws(JobFailure) -> Bool {
        if isClosed.withLock({ $0 }) { throw .unavailable }
        return spent.withLock {
            $0[SpentTexts.prefix(of: number), default: SpentTexts()].take(at: time.now(), within: dailyMax)
        }
    }
}

@Suite("Letters on their way") final class LetterDeliveryTests: Sendable {
    private let client: CurlClient
    private let time = ManualTime()

    init() throws {
        client = CurlClient(
            rules: OutsideRules(allowed: [try #require(IPNetwork("127.0.0.0/8"))], allowsPlainLoopback: true))
    }

    deinit { client.close() }

    private func handler(
        mail port: UInt16? = nil, texts: UInt16? = nil, dailyMax: Int = 100, security: MailServer.Security = .none,
        budget: MemoryBudget? = nil, writesToLog: Bool = false
    ) -> LetterHandler {
        LetterHandler(
            client: client,
            mail: port.map {
                MailServer(
                    url: "smtp\(security == .implicit ? "s" : "")://127.0.0.1:\($0)", security: security, user: "",
                    password: Secret([]), from: "chat@example.org")
            },
            texts: texts.map {
                LetterHandler.TextService(
                    url: "http://127.0.0.1:\($0)/sms", secret: WebhookSignature.secret(of: "key"), dailyMax: dailyMax)
            }, budget: budget ?? MemoryBudget(time.source), trustedCertificates: "", writesToLog: writesToLog,
            time: time.source, log: Logger(level: .off))
    }

    private func send(_ letter: Letter, by handler: LetterHandler, attempts: Int = 1) async -> JobOutcome {
        let job = Job(
            id: 7, kind: LetterJob.kind, state: .running, user: nil, payload: LetterJob(letter).payload,
            attempts: attempts, createdAt: time.now, updatedAt: time.now)
        return await handler.run(job, JobProgress(time.source) { _ in true })
    }

    private let mail = Letter(.email(to: "bob@example.net", subject: "Grüße"), "one\n.\ntwo\n")
    private let text = Letter(.text(to: "+491701234567"), "Your code is 123456")

    @Test func `go to the mail server as they are`() async throws {
        let script = MailScript()
        let server = ScriptedServer { script.serve($0) }
        #expect(await send(mail, by: handler(mail: server.port)) == .done(result: nil))
        let heard = script.heard.all
        #expect(heard.count == 3)
        #expect(heard[0].hasPrefix("MAIL FROM:<chat@example.org>"))
        #expect(heard[1].hasPrefix("RCPT TO:<bob@example.net>"))
        let parts = heard[2].split(separator: "\r\n", omittingEmptySubsequences: false)
        #expect(parts.contains("Subject: =?utf-8?B?R3LDvMOfZQ==?="))
        #expect(parts.contains(Substring(Base64.encode(Array("one\r\n.\r\ntwo\r\n".utf8)))))
    }

    @Test(
        arguments: ["greeting", "hello", "from", "to", "data", "content"], ["421 not now", "450 later", "452 full", ""])
    func `wait when the mail server says so, or hangs up`(step: String, words: String) async throws {
        let script = MailScript(step: MailScript.Step(rawValue: step), words: words)
        let server = ScriptedServer { script.serve($0) }
        guard case .later = await send(mail, by: handler(mail: server.port)) else {
            Issue.record("\(step): \(words)")
            return
        }
    }

    @Test(arguments: ["from", "to", "data", "content"], ["550 nobody of that name", "552 too large", "554 no"])
    func `are given up when the mail server will never take them`(step: String, words: String) async throws {
        let script = MailScript(step: MailScript.Step(rawValue: step), words: words)
        let server = ScriptedServer { script.serve($0) }
        guard case .failed(let faults) = await send(mail, by: handler(mail: server.port)) else {
            Issue.record("\(step): \(words)")
            return
        }
        #expect(faults.map(\.code) == ["refused"])
        #expect(faults[0].detail.contains(words.prefix(3)))
    }

    @Test(arguments: ["530 who are you?", "535 wrong password"])
    func `wait when the operator has to set something right`(words: String) async throws {
        let script = MailScript(step: .from, words: words)
        let server = ScriptedServer { script.serve($0) }
        guard case .later = await send(mail, by: handler(mail: server.port)) else {
            Issue.record("\(words)")
            return
        }
    }

    @Test(arguments: ["220", "nonsense", "220-never\r\n220-ending", "\u{0}\u{1}\u{2}", "HTTP/1.1 200 OK"])
    func `wait when what answers is no mail server`(words: String) async throws {
        let script = MailScript(step: .greeting, words: words)
        let server = ScriptedServer { peer in
            peer.write(words + "\r\n")
            if words != "220" { return }
            script.heard.note(peer.read())
        }
        guard case .later = await send(mail, by: handler(mail: server.port)) else {
            Issue.record("\(words)")
            return
        }
    }

    @Test(arguments: [MailServer.Security.starttls, .implicit])
    func `are not told in plain sight where TLS was asked for`(security: MailServer.Security) async throws {
        let script = MailScript()
        let server = ScriptedServer { script.serve($0) }
        guard case .later = await send(mail, by: handler(mail: server.port, security: security)) else {
            Issue.record("it was sent")
            return
        }
        #expect(script.heard.all.isEmpty)
    }

    @Test func `by text are handed to the service, signed as webhooks are`() async throws {
        let heard = Heard()
        let server = ScriptedServer { peer in
            let request = peer.readRequest()
            heard.note(request.head)
            heard.note(request.body)
            peer.write("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")
        }
        #expect(await send(text, by: handler(texts: server.port)) == .done(result: nil))
        #expect(heard.all[0].hasPrefix("POST /sms HTTP/1.1\r\n"))
        #expect(heard.all[1] == #"{"to":"+491701234567","text":"Your code is 123456"}"#)
        let fields = WebhookSignature.fields(
            id: "letter_7_\(time.now.milliseconds)", at: time.now, body: Array(heard.all[1].utf8),
            secret: WebhookSignature.secret(of: "key"))
        for field in fields { #expect(heard.all[0].contains("\(field.name): \(field.value)\r\n")) }
    }

    @Test(arguments: [
        (400, false), (401, false), (404, false), (422, false), (408, true), (429, true), (500, true), (503, true),
        (302, true),
    ])
    func `by text are given up or wait as the service says`(status: Int, waits: Bool) async throws {
        let server = ScriptedServer { peer in
            _ = peer.readRequest()
            peer.write("HTTP/1.1 \(status) No\r\nContent-Length: 0\r\n\r\n")
        }
        switch await send(text, by: handler(texts: server.port)) {
        case .later: #expect(waits)
        case .failed: #expect(!waits)
        case .done: Issue.record("it was sent")
        }
    }

    @Test func `by text end with the day's budget, and tries are not counted twice`() async throws {
        let server = ScriptedServer { peer in
            _ = peer.readRequest()
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        }
        let handler = handler(texts: server.port, dailyMax: 1)
        #expect(await send(text, by: handler) == .done(result: nil))
        #expect(await send(text, by: handler, attempts: 2) == .done(result: nil))
        guard case .failed(let faults) = await send(text, by: handler) else {
            Issue.record("it was sent")
            return
        }
        #expect(faults.map(\.code) == ["quota_exceeded"])
    }

    @Test func `by text wait while the budget cannot be read`() async throws {
        let server = ScriptedServer { peer in
            _ = peer.readRequest()
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        }
        let budget = MemoryBudget(time.source), handler = handler(texts: server.port, budget: budget)
        budget.isClosed.withLock { $0 = true }
        guard case .later = await send(text, by: handler) else {
            Issue.record("it was sent")
            return
        }
        #expect(server.count.withLock { $0 } == 0)
        budget.isClosed.withLock { $0 = false }
        #expect(await send(text, by: handler) == .done(result: nil))
    }

    @Test func `that hold no longer are not sent`() async throws {
        let script = MailScript()
        let server = ScriptedServer { script.serve($0) }
        var letter = mail
        letter.expiresAt = time.now.adding(seconds: 60)
        let handler = handler(mail: server.port)
        time.pass(milliseconds: 60_000)
        guard case .failed(let faults) = await send(letter, by: handler) else {
            Issue.record("it was sent")
            return
        }
        #expect(faults.map(\.code) == ["expired"])
        #expect(server.count.withLock { $0 } == 0)
    }

    @Test func `for which no way is set up are done in development alone`() async throws {
        #expect(await send(mail, by: handler(writesToLog: true)) == .done(result: nil))
        guard case .failed(let faults) = await send(mail, by: handler()) else {
            Issue.record("it was sent")
            return
        }
        #expect(faults.map(\.code) == ["not_configured"])
    }
}
