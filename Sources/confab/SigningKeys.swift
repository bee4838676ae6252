internal import Auth
internal import Base
internal import Channels
internal import Persistence
internal import REST

/// The keys that sign tokens: read at start, made where there are none, and changed for new ones while the server runs.
struct SigningKeys: Sendable {
    let live: LiveKeys
    private let file: KeyFile
    private let algorithm: SigningAlgorithm
    /// The operator has given the secret.
    private let isGiven: Bool
    private let time: TimeSource
    private let isRotating = Guarded(false)

    /// - Parameter data: the data directory.
    static func open(_ configuration: Configuration, in data: String, time: TimeSource) throws -> SigningKeys {
        let file = KeyFile(in: data), algorithm = configuration.jwtAlgorithm
        guard configuration.jwtSecret.isEmpty else {
            let key = try SigningKey(secret: Array(configuration.jwtSecret.utf8))
            return SigningKeys(KeyRing(key), file, algorithm, isGiven: true, time)
        }
        let now = time.now()
        var random = RandomSource.system
        guard let bytes = try file.read() else {
            let ring = KeyRing(SigningKey.make(algorithm, random: &random))
            try file.write(ring.json)
            return SigningKeys(ring, file, algorithm, isGiven: false, time)
        }
        guard var ring = KeyRing(json: bytes) else { throw UsageError("\(file.path) is damaged") }
        if ring.current.algorithm != algorithm {
            ring = ring.rotated(to: SigningKey.make(algorithm, random: &random), at: now)
            try file.write(ring.json)
        }
        return SigningKeys(ring, file, algorithm, isGiven: false, time)
    }

    private init(
        _ ring: KeyRing, _ file: KeyFile, _ algorithm: SigningAlgorithm, isGiven: Bool, _ time: TimeSource
    ) {
        live = LiveKeys(ring)
        self.file = file
        self.algorithm = algorithm
        self.isGiven = isGiven
        self.time = time
    }

    /// A new key, in force when it is durable.
    func rotate() throws(APIError) -> SigningKey {
        guard !isGiven else {
            throw APIError(
                Rejection(.preconditionFailed, "the key is the setting jwt-secret: change that, and start again"))
        }
        let isFirst = isRotating.withLock { isRotating in
            defer { isRotating = true }
            return !isRotating
        }
        guard isFirst else { throw APIError(.overloaded) }
        defer { isRotating.withLock { $0 = false } }
        var random = RandomSource.system
        let ring = live.ring.rotated(to: SigningKey.make(algorithm, random: &random), at: time.now())
        do throws(KeyFile.Failure) { try file.write(ring.json) } catch {
            throw APIError(Rejection(.internal, "\(error)"))
        }
        live.replace(with: ring)
        return ring.current
    }
}
