internal import Base

extension PasswordHash {
    /// What one hash costs: 128 × `blockSize` × 2^`logN` bytes of memory, and time in proportion to that
    /// × `parallelism`.
    public struct Cost: Sendable, Equatable {
        /// Binary logarithm of scrypt's N.
        public var logN: Int
        /// scrypt's r.
        public var blockSize: Int
        /// scrypt's p.
        public var parallelism: Int

        public init(logN: Int, blockSize: Int, parallelism: Int) {
            self.logN = logN
            self.blockSize = blockSize
            self.parallelism = parallelism
        }

        /// What OWASP's password storage advice names: 128 MiB, most of a second.
        public static let standard = Cost(logN: 17, blockSize: 8, parallelism: 1)
    }
}

extension PasswordHash.Cost {
    /// 512 MiB, four times the standard: a stored or imported hash must not be able to ask for gigabytes.
    static let memoryBytesMax = 512 << 20
    /// Blocks mixed, N × r × p: eight times the standard, some four seconds.
    static let blocksMax = 1 << 23

    /// Whether this server agrees to compute such a hash: each number within reason, and their products too.
    public var isPayable: Bool {
        // RFC 7914 section 2: N is below 2^(128 r / 8).
        (4...20).contains(logN) && (1...32).contains(blockSize) && (1...16).contains(parallelism)
            && logN < 16 * blockSize && (128 * blockSize) << logN <= Self.memoryBytesMax
            && (blockSize * parallelism) << logN <= Self.blocksMax
    }

    /// What scrypt allocates in all. For payable costs only; others may overflow.
    var memoryBytes: Int { 128 * blockSize * ((1 << logN) + parallelism + 3) }

    /// `ln=17,r=8,p=1`.
    var phc: String { "ln=\(logN),r=\(blockSize),p=\(parallelism)" }

    /// Reads what `phc` writes; `nil` for any other spelling and for a cost that is not payable.
    init?(phc text: Substring.UTF8View) {
        let numbers = text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard numbers.count == 3, let logN = Self.number(after: "ln=", in: numbers[0]),
            let blockSize = Self.number(after: "r=", in: numbers[1]),
            let parallelism = Self.number(after: "p=", in: numbers[2])
        else { return nil }
        self.init(logN: logN, blockSize: blockSize, parallelism: parallelism)
        guard isPayable else { return nil }
    }

    private static func number(after name: String, in text: Substring.UTF8View) -> Int? {
        guard text.starts(with: name.utf8) else { return nil }
        return Int64(plainDecimal: Array(text.dropFirst(name.utf8.count))[...]).map { Int($0) }
    }
}
