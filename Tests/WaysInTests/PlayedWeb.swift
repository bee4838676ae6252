import Auth
import Base
import Channels
import Gateway
import Persistence
import REST
import TestSupport
import Testing
import Wire

/// The rest of the world: answers what a test has told it to, and remembers what it was asked.
final class PlayedWeb: WebClient {
    typealias Answer = @Sendable (WebRequest) async -> Result<WebAnswer, WebFailure>

    private let play = Guarded<(answers: [String: Answer], asked: [WebRequest])>(([:], []))

    /// Has what is asked at an address, without its query, answered so.
    func at(_ url: String, _ answer: @escaping Answer) { play.withLock { $0.answers[url] = answer } }

    func at(_ url: String, _ body: String, headers: [(name: String, value: String)] = []) {
        at(url, 200, body, headers: headers)
    }

    func at(_ url: String, _ status: Int, _ body: String, headers: [(name: String, value: String)] = []) {
        let answer = WebAnswer(status: status, headers: headers, body: Array(body.utf8))
        at(url) { _ in .success(answer) }
    }

    func fail(at url: String, _ failure: WebFailure) { at(url) { _ in .failure(failure) } }

    var asked: [WebRequest] { play.withLock { $0.asked } }

    func count(of url: String) -> Int { asked.count { $0.url.hasPrefix(url) } }

    func send(_ request: WebRequest) async throws(WebFailure) -> WebAnswer {
        let url = String(request.url.prefix { $0 != "?" })
        let answer = play.withLock { play in
            play.asked.append(request)
            return play.answers[url]
        }
        guard let answer else { throw .unreachable("nobody plays \(url)") }
        let said = try await answer(request).get()
        // A client keeps the bounds that it is given.
        guard said.body.count <= request.answerBytesMax else { throw .tooLong(bytesMax: request.answerBytesMax) }
        return said
    }
}
