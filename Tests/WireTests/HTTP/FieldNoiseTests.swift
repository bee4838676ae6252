import Base
import Testing
import Wire

/// Values of fields that steer an answer, made of the pieces that their grammars know.
@Suite("Fields of noise") struct FieldNoiseTests {
    private static let pieces = [
        "bytes=", "-", ",", " ", "0", "9", "9223372036854775807", "99999999999999999999", "\"", "W/", "*", "a", "é",
        ";",
        "q=", ".", "gzip", "identity", "Sun", "Sunday", "Nov", "06", "1994", "08:49:37", "GMT", ":", "\t", "=",
    ]

    @Test(arguments: 0..<8) func `are read without a fault, and never as more than there is`(seed: UInt64) {
        var chance = RandomSource(seed: seed)
        let now = Timestamp(milliseconds: 1_795_205_528_000)
        for _ in 0..<2_000 {
            let count = Int.random(in: 0...12, using: &chance)
            let text = (0..<count).map { _ in Self.pieces.randomElement(using: &chance) ?? "" }.joined()
            let size = [0, 1, 100, Int.max].randomElement(using: &chance) ?? 0
            if case .part(let part) = ByteRange(text, of: size) {
                #expect(!part.isEmpty && part.lowerBound >= 0 && part.upperBound <= size, "\(text)")
            }
            if let time = HTTPDate.parse(text, now: now) { #expect(HTTPDate.string(time).utf8.count == 29) }
            if let tag = EntityTag(parsing: text) { #expect(tag.description == text) }
            let headers = HTTPHeaders(
                ["if-match", "if-none-match", "if-range", "if-modified-since", "accept-encoding"].map { ($0, text) })
            _ = AcceptEncoding(headers).prefersGzip
            _ = Preconditions(headers, now: now).allowsRange(of: Validators(tag: EntityTag("a"), modified: now))
        }
    }

    @Test(arguments: ["bytes=0-", "bytes=-1", "bytes=9223372036854775806-9223372036854775807"])
    func `take a part of the largest thing there can be`(field: String) {
        guard case .part(let part) = ByteRange(field, of: .max) else {
            Issue.record("\(field) is not taken")
            return
        }
        #expect(part.upperBound == .max)
    }
}
