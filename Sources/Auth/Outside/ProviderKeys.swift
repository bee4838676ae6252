public import Base

/// The keys of other servers, kept for as long as they say and asked for again when an unknown one is used, but at most
/// once a minute.
public actor ProviderKeys {
    /// Seconds for which keys are kept at least and at most, whatever their server says.
    static let keptSeconds: ClosedRange<Int64> = 300...86_400
    /// And for how long if it says nothing.
    static let keptSecondsDefault: Int64 = 3_600
    /// Seconds between two questions to one server.
    static let pauseSeconds: Int64 = 60
    /// Bytes of an answer.
    static let answerBytesMax = 256 << 10

    private struct Kept {
        var keys: [JSONWebKey] = []
        var askedAt: Timestamp?
        var goodUntil: Timestamp?
        var asking: Task<Answer, Never>?
    }

    private typealias Answer = Result<(keys: [JSONWebKey], seconds: Int64), WebFailure>

    private let web: any WebClient
    private let time: TimeSource
    private var kept: [String: Kept] = [:]

    public init(web: any WebClient, time: TimeSource) {
        self.web = web
        self.time = time
    }

    /// The keys at an address, with the one of `id` among them if there is one.
    public func keys(at url: String, for id: String?) async throws(WebFailure) -> [JSONWebKey] {
        let now = time.now(), known = kept[url] ?? Kept()
        let isFresh = known.goodUntil.map { now < $0 } ?? false
        if isFresh, id == nil || known.keys.contains(where: { $0.id == id }) { return known.keys }
        if known.asking == nil, let askedAt = known.askedAt, now < askedAt.adding(seconds: Self.pauseSeconds) {
            // Old keys are not used beyond their time, even if their server does not answer.
            guard isFresh else { throw .unreachable("the provider's keys cannot be had") }
            return known.keys
        }
        let asking = known.asking ?? Task { [web] in await Self.ask(web, url) }
        var updated = known
        updated.asking = asking
        if known.asking == nil { updated.askedAt = now }
        kept[url] = updated
        let answer = await asking.value
        kept[url]?.asking = nil
        switch answer {
        case .success(let found):
            kept[url]?.keys = found.keys
            kept[url]?.goodUntil = now.adding(seconds: found.seconds)
            return found.keys
        case .failure(let failure):
            guard isFresh else { throw failure }
            return known.keys
        }
    }

    private static func ask(_ web: any WebClient, _ url: String) async -> Answer {
        do throws(WebFailure) {
            let answer = try await web.send(WebRequest(.get, url, answerBytesMax: answerBytesMax))
            guard answer.status == 200, let keys = JSONWebKey.set(answer.body) else {
                return .failure(.unreachable("the provider's keys cannot be read"))
            }
            return .success((keys, seconds(of: answer.header("cache-control"))))
        } catch {
            return .failure(error)
        }
    }

    /// RFC 9111 section 5.2.2.1.
    static func seconds(of cacheControl: String?) -> Int64 {
        let directives = cacheControl?.lowercased().split(separator: ",") ?? []
        for directive in directives {
            let text = directive.drop { $0 == " " }
            guard text.hasPrefix("max-age="), let seconds = Int64(text.dropFirst(8).prefix { $0 != " " }) else {
                continue
            }
            return min(max(seconds, keptSeconds.lowerBound), keptSeconds.upperBound)
        }
        return keptSecondsDefault
    }
}
