internal import Base

/// The published keys of one server, how long they are good, and when it was asked for them. Pure.
struct KeptKeys: Sendable {
    /// Seconds for which keys are kept at least and at most, whatever their server says.
    static let keptSeconds: ClosedRange<Int64> = 300...86_400
    /// And for how long if it says nothing.
    static let keptSecondsDefault: Int64 = 3_600
    /// Seconds between two questions to one server: whoever shows tokens of keys that do not exist has it asked no
    /// oftener.
    static let pauseSeconds: Int64 = 60

    private var set: KeySet?
    private var tookAt: Timestamp?
    private var goodUntil: Timestamp?
    private var askedAt: Timestamp?

    /// Those that may be used now. Old ones are not used beyond their time, even if their server does not answer: they
    /// may have been taken back, and who cannot be asked makes no new tokens either.
    func usable(at now: Timestamp) -> KeySet? {
        guard let set, let tookAt, let goodUntil, tookAt <= now, now < goodUntil else { return nil }
        return set
    }

    /// Those that may be used now, if one of them may have signed a token that names this key.
    func usable(for keyID: String?, at now: Timestamp) -> KeySet? {
        usable(at: now).flatMap { $0.candidates(for: keyID).isEmpty ? nil : $0 }
    }

    /// Whether their server may be asked again. A clock that was set back holds nothing up.
    func mayAsk(at now: Timestamp) -> Bool {
        askedAt.map { now < $0 || $0.adding(seconds: Self.pauseSeconds) <= now } ?? true
    }

    mutating func asked(at now: Timestamp) { askedAt = now }

    /// - Parameter cacheControl: what their server says of how long they stand.
    mutating func took(_ set: KeySet, _ cacheControl: String?, at now: Timestamp) {
        self.set = set
        tookAt = now
        goodUntil = now.adding(seconds: Self.seconds(of: cacheControl))
    }

    /// RFC 9111 section 5.2.2.1.
    private static func seconds(of cacheControl: String?) -> Int64 {
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
