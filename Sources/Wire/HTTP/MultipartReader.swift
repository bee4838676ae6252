internal import Base
internal import Glibc

/// Reads a form with files (`multipart/form-data`, RFC 7578) as it comes: bytes in, events out. It holds no more than a
/// part's head and the few bytes that may be the beginning of a boundary.
public struct MultipartReader: Sendable {
    public enum Event: Equatable, Sendable {
        /// A part begins.
        case part(ContentDisposition)
        /// Bytes of that part.
        case data([UInt8])
        case partEnd
        /// The last part is over; what comes behind it is thrown away.
        case end
    }

    private enum Phase: Equatable {
        /// Before the first boundary (RFC 2046 section 5.1.1).
        case preamble
        /// Behind a boundary: the line's end, or the mark of the last one.
        case boundaryEnd
        case head
        case data
        case epilogue
        case failed
    }

    /// Bytes before the first boundary, of which no client of today sends any.
    private static let preambleBytesMax = 4_096
    /// Bytes of a part's head, and fields in it.
    private static let headBytesMax = 8_192
    private static let fieldsMax = 16
    private static let partsMax = 64
    /// RFC 2046 section 5.1.1.
    private static let boundaryBytesMax = 70

    private let delimiter: [UInt8]
    private var input = ByteBuffer()
    private var phase = Phase.preamble
    private var partCount = 0
    private var preambleCount = 0

    /// `nil` unless the Content-Type is that of such a form and names a boundary.
    public init?(contentType: String) {
        let bytes = Array(contentType.utf8)
        let type = bytes[...].prefix { $0 != UInt8(ascii: ";") }.trimmedOfBlanks
        guard type.lowercasedText == "multipart/form-data" else { return nil }
        // The parameters of both fields have the same grammar.
        var boundary: String?
        for parameter in bytes[type.endIndex...].split(separator: UInt8(ascii: ";")) {
            let pair = parameter.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2, pair[0].trimmedOfBlanks.lowercasedText == "boundary" else { continue }
            guard boundary == nil else { return nil }
            var value = pair[1].trimmedOfBlanks
            if value.first == UInt8(ascii: "\""), value.last == UInt8(ascii: "\""), value.count >= 2 {
                value = value.dropFirst().dropLast()
            }
            boundary = value.text
        }
        guard let boundary, (1...Self.boundaryBytesMax).contains(boundary.utf8.count),
            boundary.utf8.allSatisfy({ $0 >= .space && $0 < 0x7F && $0 != UInt8(ascii: "\"") }),
            boundary.utf8.last != .space
        else { return nil }
        delimiter = Array("\r\n--\(boundary)".utf8)
        // The first boundary may stand at the very beginning, as if a line had ended before it.
        input.append([.carriageReturn, .lineFeed])
    }

    /// Takes what has come. After a violation it is dropped.
    public mutating func receive(_ bytes: [UInt8]) {
        guard phase != .failed else { return }
        input.append(bytes)
    }

    /// The last boundary has come, so that nothing is missing.
    public var isWhole: Bool { phase == .epilogue }

    /// The next event, or `nil` when more bytes are needed.
    public mutating func nextEvent() throws(HTTPViolation) -> Event? {
        do throws(HTTPViolation) {
            while true {
                switch phase {
                case .preamble: guard try skipPreamble() else { return nil }
                case .boundaryEnd:
                    guard let isLast = try takeBoundaryEnd() else { return nil }
                    if isLast { return .end }
                case .head:
                    guard let disposition = try takeHead() else { return nil }
                    return .part(disposition)
                case .data: return takeData()
                case .epilogue:
                    input.removeAll()
                    return nil
                case .failed: return nil
                }
            }
        } catch {
            phase = .failed
            input.removeAll()
            throw error
        }
    }

    // MARK: Steps

    private mutating func skipPreamble() throws(HTTPViolation) -> Bool {
        let place = find(delimiter)
        let skipped = place ?? max(0, input.count - delimiter.count + 1)
        preambleCount += skipped
        guard preambleCount <= Self.preambleBytesMax else {
            throw HTTPViolation(400, "the form does not begin with its boundary")
        }
        input.consume(skipped)
        guard place != nil else { return false }
        input.consume(delimiter.count)
        phase = .boundaryEnd
        return true
    }

    /// Whether the boundary was the last one; `nil` when that is not known yet.
    private mutating func takeBoundaryEnd() throws(HTTPViolation) -> Bool? {
        guard input.count >= 2 else { return nil }
        let mark = (input[0], input[1])
        if mark == (UInt8(ascii: "-"), UInt8(ascii: "-")) {
            input.removeAll()
            phase = .epilogue
            return true
        }
        // White space may stand behind a boundary (RFC 2046 section 5.1.1); nobody writes any.
        guard mark == (.carriageReturn, .lineFeed) else { throw HTTPViolation(400, "a boundary's line does not end") }
        partCount += 1
        guard partCount <= Self.partsMax else { throw HTTPViolation(413, "the form has too many parts") }
        // The line's end stays: an empty head is an empty line behind it.
        phase = .head
        return false
    }

    private mutating func takeHead() throws(HTTPViolation) -> ContentDisposition? {
        guard let end = find([.carriageReturn, .lineFeed, .carriageReturn, .lineFeed]), end <= Self.headBytesMax else {
            guard input.count <= Self.headBytesMax else { throw HTTPViolation(431, "a part's head is too large") }
            return nil
        }
        var head = input.read(end)[...]
        input.consume(4)
        var disposition: ContentDisposition?
        var count = 0
        while !head.isEmpty {
            // Each line stands behind the end of the one before.
            head = head.dropFirst(2)
            let line = head.prefix { $0 != .carriageReturn }
            head = head[line.endIndex...]
            count += 1
            guard count <= Self.fieldsMax else { throw HTTPViolation(431, "a part has too many fields") }
            let isWhole = head.isEmpty || head.dropFirst().first == UInt8.lineFeed
            guard isWhole, !line.contains(where: { $0.isControl && $0 != .tab }) else {
                throw HTTPViolation(400, "a part's head is malformed")
            }
            let field = try HTTPHeaders.Field(parsing: Array(line))
            guard field.name == "content-disposition" else { continue }
            guard disposition == nil, let parsed = ContentDisposition(parsing: field.value) else {
                throw HTTPViolation(400, "a part's Content-Disposition is malformed")
            }
            disposition = parsed
        }
        // RFC 7578 section 4.2: each part must have one.
        guard let disposition, disposition.kind == "form-data" else {
            throw HTTPViolation(400, "a part has no Content-Disposition: form-data")
        }
        phase = .data
        return disposition
    }

    private mutating func takeData() -> Event? {
        guard let place = find(delimiter) else {
            // The last bytes may be the beginning of a boundary.
            let count = input.count - delimiter.count + 1
            return count > 0 ? .data(input.read(count)) : nil
        }
        if place > 0 { return .data(input.read(place)) }
        input.consume(delimiter.count)
        phase = .boundaryEnd
        return .partEnd
    }

    /// Where `bytes`, which begin with a carriage return, first stand in what has come. Costs at most their length for
    /// each carriage return there.
    private func find(_ bytes: [UInt8]) -> Int? {
        input.withUnreadBytes { input in
            guard let start = input.baseAddress else { return nil }
            var offset = 0
            while offset + bytes.count <= input.count {
                let candidates = input.count - bytes.count - offset + 1
                guard let found = memchr(start + offset, CInt(bytes[0]), candidates) else { return nil }
                offset = UnsafeRawPointer(found) - start
                if memcmp(found, bytes, bytes.count) == 0 { return offset }
                offset += 1
            }
            return nil
        }
    }
}
