internal import Auth
public import Base
internal import CCurl
internal import Reactor

/// Asks other servers by libcurl: one thread does all transfers at once, so that a slow server holds up nobody else.
/// The library is looked for when the client is made; without it every request is `unavailable`.
public final class CurlClient: WebClient, Sendable {
    /// Transfers at once, and those that may wait besides.
    static let transfersMax = 256
    private static let waitingMax = 1_024

    enum Letter: Sendable {
        /// The end is `nil` when it could not even begin.
        case order(CurlOrder, ended: @Sendable (CurlEnd?) -> Void)
        case stop
    }

    /// `nil` without the library.
    private let letters: Mailbox<Letter>?
    private let why: String
    private let rules: OutsideRules
    private let trustedCertificates: String
    private let userAgent: String
    private let ended = Semaphore()
    /// Nothing is ordered behind the letter that stops the thread.
    private let isClosed = Guarded(false)

    /// - Parameters:
    ///   - trustedCertificates: a file (PEM) instead of the system's; empty for the system's.
    public init(rules: OutsideRules, trustedCertificates: String = "", userAgent: String = "confab") {
        self.rules = rules
        self.trustedCertificates = trustedCertificates
        self.userAgent = userAgent
        switch CurlLibrary.load() {
        case .success:
            why = ""
            letters = try? Mailbox(capacity: Self.waitingMax)
        case .failure(let missing):
            why = missing.why
            letters = nil
        }
        guard let letters else { return }
        _ = Thread(named: "outside") { [ended] in
            CurlLoop(letters).run()
            ended.signal()
        }
    }

    /// Ends what is under way, and the thread.
    public func close() {
        guard let letters else { return }
        let isFirst = isClosed.withLock { isClosed in
            defer { isClosed = true }
            if !isClosed { letters.post(.stop) }
            return !isClosed
        }
        if isFirst { ended.wait() }
    }

    public func send(_ request: WebRequest) async throws(WebFailure) -> WebAnswer {
        let isPlain = try request.isPlain(within: rules)
        let headers =
            (request.headers.contains { $0.name.lowercased() == "user-agent" } ? [] : ["User-Agent: \(userAgent)"])
            // libcurl leaves a field without a value out unless it ends with a semicolon.
            + request.headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        let end = try await run(
            CurlOrder(
                url: request.url,
                kind: .http(method: request.method.rawValue, headers: headers, body: .bytes(request.body)),
                isPlain: isPlain,
                rules: rules, trustedCertificates: trustedCertificates,
                speaksHTTP2: request.speaksHTTP2, timeoutMilliseconds: request.timeoutMilliseconds,
                answerBytesMax: request.answerBytesMax))
        if end.isTooLong { throw .tooLong(bytesMax: request.answerBytesMax) }
        if end.code == CInt(CC_CURLE_OK.rawValue), end.status > 0 {
            return WebAnswer(status: end.status, headers: end.headers, body: end.body)
        }
        throw Self.failure(end)
    }

    /// Does one transfer, whatever comes of it.
    func run(_ order: CurlOrder) async throws(WebFailure) -> CurlEnd {
        guard letters != nil else { throw .unavailable(why) }
        let end: CurlEnd? = await withCheckedContinuation { (waiting: CheckedContinuation<CurlEnd?, Never>) in
            hand(order) { waiting.resume(returning: $0) }
        }
        guard let end else { throw .unreachable("too many requests wait for other servers") }
        return end
    }

    /// The same for a thread that may wait.
    func runHere(_ order: CurlOrder) throws(WebFailure) -> CurlEnd {
        guard letters != nil else { throw .unavailable(why) }
        let end = Guarded<CurlEnd?>(nil), isDone = Semaphore()
        hand(order) { ended in
            end.withLock { $0 = ended }
            isDone.signal()
        }
        isDone.wait()
        guard let end = end.withLock({ $0 }) else {
            throw .unreachable("too many requests wait for other servers, or the server is stopping")
        }
        return end
    }

    /// `ended` is called in any case, with `nil` when it could not even begin.
    private func hand(_ order: CurlOrder, ended: @escaping @Sendable (CurlEnd?) -> Void) {
        let isTaken = isClosed.withLock { isClosed in
            !isClosed && letters?.offer(.order(order, ended: ended)) == true
        }
        if !isTaken { ended(nil) }
    }

    static func failure(_ end: CurlEnd) -> WebFailure {
        if end.wasRefused { return .refused("the address is not one of the open network") }
        switch end.code {
        case CInt(CC_CURLE_OPERATION_TIMEDOUT.rawValue): return .timedOut
        case CInt(CC_CURLE_URL_MALFORMAT.rawValue): return .refused(end.words)
        default: return .unreachable(end.words)
        }
    }
}

/// The library, once it is loaded.
public enum CurlLibrary: Sendable {
    public struct Missing: Error, Sendable {
        /// What to install.
        public let why: String
    }

    /// Loads it once for the process.
    public static func load() -> Result<Void, Missing> {
        var why: UnsafePointer<CChar>?
        guard ccurl_load(&why) == 0 else {
            return .failure(Missing(why: why.map { String(cString: $0) } ?? "install libcurl4"))
        }
        return .success(())
    }

    /// Its version and the schemes that it speaks; `nil` when it is not there.
    public static var description: (version: String, protocols: [String])? {
        guard case .success = load() else { return nil }
        var protocols: [String] = []
        var next = ccurl_protocols()
        while let name = next.pointee {
            protocols.append(String(cString: name))
            next += 1
        }
        return (String(cString: ccurl_version()), protocols)
    }
}
