import Wire

/// What a parser made of some bytes, comparable: the pieces of a body are joined, since how they are cut means nothing.
struct RequestTrace: Equatable, CustomStringConvertible {
    var lines: [String] = []
    var heads: [HTTPRequestHead] = []
    var violation: HTTPViolation?
    private var body: [UInt8] = []

    static func == (one: RequestTrace, other: RequestTrace) -> Bool { one.lines == other.lines }

    var description: String { lines.joined(separator: "\n") }

    /// Parses `bytes`, received in pieces of `size`.
    init(of bytes: [UInt8], cutEvery size: Int = .max, by parser: HTTPRequestParser = .forTests) {
        var parser = parser
        for piece in size == .max ? [bytes] : bytes.cut(every: size) {
            piece.withUnsafeBytes { parser.receive($0) }
            while let event = parser.nextEvent() { note(event) }
        }
        flushBody()
    }

    private mutating func note(_ event: HTTPRequestEvent) {
        switch event {
        case .head(let head):
            heads.append(head)
            lines.append("head \(head)")
        case .body(let bytes):
            body += bytes
        case .end:
            flushBody()
            lines.append("end")
        case .violation(let violation):
            flushBody()
            self.violation = violation
            lines.append("violation \(violation.status) \(violation.reason)")
        }
    }

    private mutating func flushBody() {
        if !body.isEmpty { lines.append("body \(String(decoding: body, as: UTF8.self))") }
        body = []
    }
}

extension HTTPRequestParser {
    static let forTests = HTTPRequestParser(headBytesMax: 16 << 10, headerCountMax: 100, bodyBytesMax: 1 << 20)
}
