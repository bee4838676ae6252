internal import Auth
internal import Base

/// A browser's way to a provider and back, of which the server keeps nothing: the state that comes back is one of ours
/// if its mark is right, belongs to this browser if the browser has the cookie, and all else is derived from it. That a
/// state comes back once is the store's affair (`Proofs.useOnce`).
struct ProviderJourney {
    /// What the provider is given and gives back.
    let state: String
    /// What the browser keeps, and no page of it can read.
    let binding: String
    private let key: ProofKey

    private static let randomByteCount = 16
    private static let stampByteCount = 8

    /// A new one.
    init(to provider: IdentityProvider.Name, at now: Timestamp, _ key: ProofKey, random: inout RandomSource) {
        binding = Base64.encodeURLSafe(random.bytes(32))
        self.key = key
        let until = UInt64(bitPattern: now.adding(seconds: ProofKind.providerState.seconds).milliseconds)
        let stamp = stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: until >> UInt64($0)) }
        let content = random.bytes(Self.randomByteCount) + stamp
        state = Base64.encodeURLSafe(content + Self.mark(content, provider, binding, key))
    }

    /// One that came back; `nil` unless it was ours, to this provider, from the browser with this cookie, and in time.
    init?(
        state: String, binding: String, from provider: IdentityProvider.Name, at now: Timestamp, _ key: ProofKey
    ) {
        let size = Self.randomByteCount + Self.stampByteCount
        guard state.utf8.count <= 256, binding.utf8.count == 43, let bytes = Base64.decodeURLSafe(state.utf8),
            bytes.count == size + Digest.byteCount
        else { return nil }
        let content = Array(bytes[..<size])
        guard Secret(Self.mark(content, provider, binding, key)).matches(Array(bytes[size...])) else { return nil }
        let until = content[Self.randomByteCount...].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard now < Timestamp(milliseconds: Int64(bitPattern: until)) else { return nil }
        self.state = state
        self.binding = binding
        self.key = key
    }

    private static func mark(
        _ content: [UInt8], _ provider: IdentityProvider.Name, _ binding: String, _ key: ProofKey
    ) -> [UInt8] {
        key.derive("provider state", [content, Array(provider.rawValue.utf8), Array(binding.utf8)])
    }

    /// RFC 7636 section 4.1: 43 characters.
    var verifier: String { Base64.encodeURLSafe(key.derive("provider verifier", state, binding)) }
    /// Section 4.2, S256.
    var challenge: String { Base64.encodeURLSafe(Digest.sha256(Array(verifier.utf8))) }
    /// What the ID token has to say.
    var nonce: String { Base64.encodeURLSafe(key.derive("provider nonce", state)) }
    /// What is kept of a state that came back.
    var hash: [UInt8] { Digest.sha256(Array(state.utf8)) }

    /// What is kept of the browser with a login that it has to fetch.
    static func bindingText(_ binding: String, _ key: ProofKey) -> String {
        Base64.encodeURLSafe(key.derive("provider binding", binding))
    }
}
