public import Base

/// The keys of this server's tokens: the one that signs, and those before it for as long as a token of theirs may live.
public struct KeyRing: Sendable {
    /// Keys at a time. Who makes new ones faster than tokens die ends the tokens of the oldest.
    public static let keysMax = 4
    /// Seconds for which a token may be used that a key signed in its last moment.
    public static let restSeconds = TokenLifetimes.accessSeconds + 2 * TokenLifetimes.leewaySeconds

    /// A key that signs no more.
    struct Retired: Sendable {
        var key: SigningKey
        var retiredAt: Timestamp
    }

    public let current: SigningKey
    private(set) var retired: [Retired]

    public init(_ current: SigningKey) { self.init(current, retired: []) }

    init(_ current: SigningKey, retired: [Retired]) {
        self.current = current
        self.retired = retired
    }

    /// With a new key that signs from now on, and without those whose last token is dead.
    public func rotated(to key: SigningKey, at now: Timestamp) -> KeyRing {
        let all = [Retired(key: current, retiredAt: now)] + retired
        return KeyRing(key, retired: Array(all.filter { $0.isNeeded(at: now) }.prefix(Self.keysMax - 1)))
    }

    /// The key that a token may have been signed with; `nil` when there is none. A token that names no key is for the
    /// shared secret, if there is exactly one.
    func key(for token: CompactToken, at now: Timestamp) -> VerifyingKey? {
        let live = keys(at: now)
        guard let id = token.keyID else {
            let secrets = live.filter { $0.algorithm == .hs256 }
            return secrets.count == 1 ? secrets[0].verifying : nil
        }
        return live.first { $0.id.utf8.elementsEqual(id.utf8) }?.verifying
    }

    /// All that are in force, the one that signs first.
    public func keys(at now: Timestamp) -> [SigningKey] {
        [current] + retired.filter { $0.isNeeded(at: now) }.map(\.key)
    }

    /// A JSON Web Key Set (RFC 7517 section 5) of what may be published.
    public func publicKeys(at now: Timestamp) -> [UInt8] {
        let keys = keys(at: now)
        return JSONWriter.object { json in
            json.array("keys") { json in
                for key in keys {
                    guard let publicKey = key.verifying.publicKey else { continue }
                    json.object { json in
                        publicKey.writeMembers(to: &json)
                        json.member("kid", key.id)
                        json.member("alg", key.algorithm.rawValue)
                        json.member("use", "sig")
                    }
                }
            }
        }
    }
}

extension KeyRing.Retired {
    func isNeeded(at now: Timestamp) -> Bool { now < retiredAt.adding(seconds: KeyRing.restSeconds) }
}
