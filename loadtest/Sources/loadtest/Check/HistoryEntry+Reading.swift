extension HistoryEntry {
    /// Reads one line; `nil` when it is none, as the last one may be that a killed writer left.
    init?(_ bytes: Span<UInt8>, in range: Range<Int>) {
        guard !range.isEmpty, bytes[range.upperBound - 1] == UInt8(ascii: "}"),
            var members = JSONMembers(of: bytes, in: range)
        else { return nil }
        var operation: Operation?
        var entry = HistoryEntry(.odd)
        while let member = members.next(in: bytes) {
            let key = JSONScan.text(bytes, member.key)
            if key == "op" {
                operation = Operation(rawValue: Self.text(bytes, member.value))
            } else {
                entry.take(key, bytes, member.value)
            }
        }
        guard let operation else { return nil }
        entry.operation = operation
        self = entry
    }

    private mutating func take(_ key: String, _ bytes: Span<UInt8>, _ value: Range<Int>) {
        func number() -> Int { JSONScan.number(bytes, value) ?? 0 }
        switch key {
        case "t": time = UInt64(number())
        case "asked": asked = UInt64(number())
        case "who": who = Self.text(bytes, value)
        case "socket": socket = number()
        case "channel": channel = Self.text(bytes, value)
        case "key": self.key = Self.text(bytes, value)
        case "sender": sender = Self.text(bytes, value)
        case "text": text = Self.text(bytes, value)
        case "number": self.number = number()
        case "seq": seq = number()
        case "last_seq": lastSeq = number()
        case "state": state = State(rawValue: Self.text(bytes, value))
        case "code": code = Self.text(bytes, value)
        case "duplicate": isDuplicate = JSONScan.equals(bytes, value, "true")
        case "deleted": isDeleted = JSONScan.equals(bytes, value, "true")
        case "comes": comes = JSONScan.equals(bytes, value, "true")
        case "after": after = number()
        case "limit": limit = number()
        case "has_more": hasMore = JSONScan.equals(bytes, value, "true")
        case "messages":
            var elements = JSONElements(of: bytes, in: value)
            while let element = elements.next(in: bytes) { messages.append(LoggedMessage(bytes, in: element)) }
        default: break
        }
    }

    private static func text(_ bytes: Span<UInt8>, _ value: Range<Int>) -> String {
        JSONScan.inside(bytes, value).map { JSONScan.text(bytes, $0) } ?? ""
    }
}

extension LoggedMessage {
    init(_ bytes: Span<UInt8>, in range: Range<Int>) {
        self.init()
        guard var members = JSONMembers(of: bytes, in: range) else { return }
        while let member = members.next(in: bytes) {
            let string = JSONScan.inside(bytes, member.value)
            if JSONScan.equals(bytes, member.key, "number") {
                number = JSONScan.number(bytes, member.value) ?? 0
            } else if JSONScan.equals(bytes, member.key, "seq") {
                seq = JSONScan.number(bytes, member.value) ?? 0
            } else if JSONScan.equals(bytes, member.key, "sender"), let string {
                sender = JSONScan.text(bytes, string)
            } else if JSONScan.equals(bytes, member.key, "key"), let string {
                key = JSONScan.text(bytes, string)
            } else if JSONScan.equals(bytes, member.key, "text"), let string {
                text = JSONScan.text(bytes, string)
            } else if JSONScan.equals(bytes, member.key, "deleted") {
                isDeleted = JSONScan.equals(bytes, member.value, "true")
            }
        }
    }
}
