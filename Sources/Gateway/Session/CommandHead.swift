/// The `id` and `type` of a command, found without reading the rest: all that is needed to turn it away. Refusing has
/// to be much cheaper than the work that is refused, or a busy server would be busy with refusing. Most clients write
/// the two first, and what follows is then not looked at.
///
/// Whatever is out of the ordinary, escapes in names or an unusual id, is left to the whole reading of the frame.
struct CommandHead: Equatable {
    private(set) var id = CommandID.none
    private(set) var work: Admission.Work?

    init?(_ frame: [UInt8]) {
        guard let found = frame.withUnsafeBufferPointer({ CommandHead(reading: $0) }) else { return nil }
        self = found
    }

    private init?(reading frame: UnsafeBufferPointer<UInt8>) {
        var scan = Scan(bytes: frame)
        guard scan.take(UInt8(ascii: "{")) else { return nil }
        var hasID = false, hasType = false
        repeat {
            guard let name = scan.plainString(), scan.take(UInt8(ascii: ":")) else { return nil }
            if scan.equals(name, "id") {
                guard !hasID, let id = scan.commandID() else { return nil }
                self.id = id
                hasID = true
            } else if scan.equals(name, "type") {
                guard !hasType, let type = scan.plainString() else { return nil }
                work = scan.work(of: type)
                hasType = true
            } else {
                guard scan.skipValue() else { return nil }
            }
            if hasID, hasType { return }
        } while scan.take(UInt8(ascii: ","))
        guard hasType, scan.take(UInt8(ascii: "}")), scan.isAtEnd else { return nil }
    }

    /// One pass over the frame, lent for its time. Every index is compared with the count before it is used.
    private struct Scan {
        let bytes: UnsafeBufferPointer<UInt8>
        var index = 0

        func work(of type: Range<Int>) -> Admission.Work? {
            if equals(type, "message.send") { return .change }
            if equals(type, "ping") || equals(type, "auth.refresh") { return nil }
            if equals(type, "identify") || equals(type, "resume") { return .newSession }
            return equals(type, "history.get") || equals(type, "events.get") || isOfPresence(type) ? .read : .change
        }

        private func isOfPresence(_ type: Range<Int>) -> Bool {
            equals(type, "typing.start") || equals(type, "typing.stop") || equals(type, "presence.update")
                || equals(type, "watch") || equals(type, "unwatch")
        }

        func equals(_ range: Range<Int>, _ word: StaticString) -> Bool {
            guard range.count == word.utf8CodeUnitCount else { return false }
            for offset in 0..<range.count where bytes[range.lowerBound + offset] != word.utf8Start[offset] {
                return false
            }
            return true
        }

        var isAtEnd: Bool {
            mutating get {
                skipSpace()
                return index == bytes.count
            }
        }

        /// A value ends here: `1` of `1.5` or `1e3` is another number.
        private var isAtValueEnd: Bool {
            mutating get {
                skipSpace()
                guard index < bytes.count else { return false }
                return bytes[index] == UInt8(ascii: ",") || bytes[index] == UInt8(ascii: "}")
            }
        }

        mutating func skipSpace() {
            while index < bytes.count {
                switch bytes[index] {
                case 0x20, 0x09, 0x0A, 0x0D: index += 1
                default: return
                }
            }
        }

        mutating func take(_ byte: UInt8) -> Bool {
            skipSpace()
            guard index < bytes.count, bytes[index] == byte else { return false }
            index += 1
            return true
        }

        /// The characters of a string that has no escapes, and no control characters, which JSON allows nowhere.
        mutating func plainString() -> Range<Int>? {
            guard take(UInt8(ascii: "\"")) else { return nil }
            let start = index
            while index < bytes.count {
                if bytes[index] == UInt8(ascii: "\"") {
                    index += 1
                    return start..<index - 1
                }
                guard bytes[index] != UInt8(ascii: "\\"), bytes[index] >= 0x20 else { return nil }
                index += 1
            }
            return nil
        }

        mutating func commandID() -> CommandID? {
            skipSpace()
            guard index < bytes.count else { return nil }
            if bytes[index] == UInt8(ascii: "\"") {
                guard let text = plainString(), text.count <= CommandID.textBytesMax else { return nil }
                return String(validating: bytes[text], as: UTF8.self).map { .text($0) }
            }
            let start = index
            var number: Int64 = 0
            while index < bytes.count, bytes[index] &- UInt8(ascii: "0") < 10 {
                guard index - start < 18 else { return nil }
                number = number * 10 + Int64(bytes[index] - UInt8(ascii: "0"))
                index += 1
            }
            // The id may be the last that is read, so that nobody else would see `1` go on as `1.5`.
            guard index > start, bytes[start] != UInt8(ascii: "0") || index == start + 1, isAtValueEnd else {
                return nil
            }
            return .integer(number)
        }

        /// Past a value, whatever it is, by its quotes and brackets.
        mutating func skipValue() -> Bool {
            skipSpace()
            var depth = 0
            while index < bytes.count {
                switch bytes[index] {
                case UInt8(ascii: "\""):
                    guard skipString() else { return false }
                case UInt8(ascii: "{"), UInt8(ascii: "["):
                    depth += 1
                    index += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"):
                    guard depth > 0 else { return true }
                    depth -= 1
                    index += 1
                case UInt8(ascii: ",") where depth == 0:
                    return true
                default:
                    index += 1
                }
            }
            return false
        }

        private mutating func skipString() -> Bool {
            index += 1
            while index < bytes.count {
                switch bytes[index] {
                case UInt8(ascii: "\""):
                    index += 1
                    return true
                case UInt8(ascii: "\\"): index += 2
                default: index += 1
                }
            }
            return false
        }
    }
}
