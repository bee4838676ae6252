/// Where chance comes from: the kernel's generator, or a seed that a test can repeat.
public struct RandomSource: RandomNumberGenerator, Sendable {
    private enum Origin: Sendable {
        case system
        case seeded(UInt64)
    }

    private var origin: Origin

    /// Cryptographically secure (`getrandom`).
    public static let system = RandomSource(origin: .system)

    /// The same numbers for the same seed: for tests, never for secrets.
    public init(seed: UInt64) { origin = .seeded(seed) }

    private init(origin: Origin) { self.origin = origin }

    public mutating func next() -> UInt64 {
        switch origin {
        case .system:
            var generator = SystemRandomNumberGenerator()
            return generator.next()
        case .seeded(let state):
            // SplitMix64 (Steele, Lea, Flood 2014): one addition and two mixing steps per number.
            let advanced = state &+ 0x9E37_79B9_7F4A_7C15
            origin = .seeded(advanced)
            var mixed = (advanced ^ (advanced >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    /// Another source, for somebody else: the system's own, or one whose numbers follow from this one's seed and are
    /// others.
    public mutating func fork() -> RandomSource {
        switch origin {
        case .system: .system
        case .seeded: RandomSource(seed: next())
        }
    }

    public mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &self) }
    }
}
