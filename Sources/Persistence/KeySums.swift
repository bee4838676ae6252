internal import Auth
internal import Base

/// What the key files of a data directory were when they were written, so that a bit that flips in one of them is
/// noticed: `keys/sums`, as `sha256sum` writes and checks it, with a last line that is about the others.
///
/// The sum is written before the key, and the one before stays: so there is no moment, for a kill or for a backup, in
/// which a key that is whole has none.
struct KeySums: Equatable {
    static let name = "keys/sums"
    /// Of each name: that of the present content, and that of the one before.
    private var digests: [String: [[UInt8]]] = [:]
    private static let digestsMax = 2

    enum Verdict: Equatable {
        case whole, damaged
        /// It was written by an older server, or by hand.
        case unknown
    }

    init() {}

    /// Whether a file of that name has a sum: `*.key`, and what lies in `keys`.
    static func covers(_ file: String) -> Bool {
        BackupFormat.isSmallName(file) && file != name && (file.hasSuffix(".key") || file.hasPrefix("keys/"))
    }

    func judge(_ bytes: [UInt8], of file: String) -> Verdict {
        guard let known = digests[file] else { return .unknown }
        return known.contains(Digest.sha256(bytes)) ? .whole : .damaged
    }

    /// From here on a file may be this as well.
    mutating func add(_ bytes: [UInt8], of file: String) {
        let digest = Digest.sha256(bytes)
        var known = digests[file, default: []].filter { $0 != digest }
        known.insert(digest, at: 0)
        digests[file] = Array(known.prefix(Self.digestsMax))
    }

    // MARK: As text

    var text: [UInt8] {
        let lines = digests.sorted { $0.key < $1.key }.flatMap { file, known in
            known.map { "\($0.hexadecimal)  \(file)\n" }
        }
        let above = Array(lines.joined().utf8)
        return above + Array("# \(Digest.sha256(above).hexadecimal)\n".utf8)
    }

    /// `nil` when it is not what was written.
    init?(text: [UInt8]) {
        let lines = text.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
        for line in lines.dropLast() {
            let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
            guard parts.count == 2, let digest = String(parts[0]).hexadecimalBytes else { return nil }
            let file = String(parts[1].drop { $0 == " " })
            guard digest.count == Digest.byteCount, Self.covers(file) else { return nil }
            digests[file, default: []].append(digest)
        }
        // Holds the last line to those above, and all of them to the one way of writing them.
        guard self.text == text else { return nil }
    }
}
