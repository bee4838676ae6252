public import Base

/// The keys that other servers publish, identity providers and trusted issuers alike: fetched when they are needed
/// first, kept for as long as their server says, and fetched again when a token names one that is not among them, once
/// for all who wait for it.
public actor PublishedKeys {
    /// Bytes of an answer.
    private static let answerBytesMax = 256 << 10

    private struct Place {
        var kept = KeptKeys()
        var asking: Task<WebFailure?, Never>?
    }

    private let web: any WebClient
    private let time: TimeSource
    /// By address; only those are asked for that an operator has set.
    private var places: [String: Place] = [:]

    public init(web: any WebClient, time: TimeSource) {
        self.web = web
        self.time = time
    }

    /// The keys at an address, with the one of this name among them if there is one.
    public func keys(at url: String, for keyID: String?) async throws(WebFailure) -> KeySet {
        let now = time.now(), place = places[url] ?? Place()
        if let keys = place.kept.usable(for: keyID, at: now) { return keys }
        let asking: Task<WebFailure?, Never>
        if let begun = place.asking {
            asking = begun
        } else if place.kept.mayAsk(at: now) {
            asking = Task { await ask(url, at: now) }
            places[url, default: Place()].kept.asked(at: now)
            places[url]?.asking = asking
        } else {
            return try usable(at: url, now, orBecause: nil)
        }
        return try usable(at: url, now, orBecause: await asking.value)
    }

    private func usable(
        at url: String, _ now: Timestamp, orBecause failure: WebFailure?
    ) throws(WebFailure) -> KeySet {
        if let keys = places[url]?.kept.usable(at: now) { return keys }
        throw failure ?? .unreachable("the keys cannot be had just now")
    }

    /// - Returns: why there is no answer.
    private func ask(_ url: String, at now: Timestamp) async -> WebFailure? {
        let request = WebRequest(
            .get, url, headers: [("Accept", "application/json")], answerBytesMax: Self.answerBytesMax)
        let answer: WebAnswer
        do throws(WebFailure) { answer = try await web.send(request) } catch {
            places[url]?.asking = nil
            return error
        }
        places[url]?.asking = nil
        guard answer.status == 200, let keys = KeySet(json: answer.body) else {
            return .unreachable("the keys cannot be read")
        }
        places[url]?.kept.took(keys, answer.header("cache-control"), at: now)
        return nil
    }
}
