import Glibc

/// Which histories are run: a few, or as many as the environment says, or the one that failed.
enum Seeds {
    /// So many in a row are one test's, so that others run beside it.
    static let chunk = 10

    static func chunks(ordinarily count: UInt64) -> [Range<UInt64>] {
        if let seed = number("CONFAB_MODEL_SEED") { return [seed..<seed + 1] }
        let all = number("CONFAB_MODEL_SEEDS") ?? count, size = max(UInt64(chunk), all / 64)
        let first = number("CONFAB_MODEL_FIRST") ?? 1
        return stride(from: first, to: first + all, by: Int(size)).map { $0..<min($0 + size, first + all) }
    }

    /// What the next one types.
    static func replay(_ seed: UInt64, _ filter: String) -> String {
        "CONFAB_MODEL_SEED=\(seed) swift test --filter \(filter)"
    }

    private static func number(_ name: String) -> UInt64? {
        getenv(name).flatMap { UInt64(String(cString: $0)) }
    }
}
