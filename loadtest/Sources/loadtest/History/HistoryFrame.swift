/// A frame of the server's as a history needs it, with the bytes that it lies in.
struct HistoryFrame {
    var type = ""
    /// A command's own number, when this is its reply.
    var id: Int?
    var isDone = false
    var channel = ""
    var seq = 0
    var lastSeq = 0
    private(set) var data = 0..<0
    private var error = 0..<0
    private let bytes: [UInt8]

    /// `nil` when the bytes are no JSON object.
    init?(_ bytes: [UInt8]) {
        self.init(bytes, in: 0..<bytes.count)
    }

    init?(_ bytes: [UInt8], in range: Range<Int>) {
        self.bytes = bytes
        let span = bytes.span
        guard var members = JSONMembers(of: span, in: range) else { return nil }
        while let member = members.next(in: span) {
            let value = member.value
            switch JSONScan.text(span, member.key) {
            case "type": type = Self.text(span, value)
            case "id": id = JSONScan.number(span, value)
            case "ok": isDone = JSONScan.equals(span, value, "true")
            case "channel": channel = Self.text(span, value)
            case "seq": seq = JSONScan.number(span, value) ?? 0
            case "to_seq": lastSeq = JSONScan.number(span, value) ?? 0
            case "data": data = value
            case "error": error = value
            default: break
            }
        }
        if data.isEmpty { data = range }
    }

    private static func text(_ bytes: Span<UInt8>, _ value: Range<Int>) -> String {
        JSONScan.inside(bytes, value).map { JSONScan.text(bytes, $0) } ?? ""
    }

    var errorCode: String { string("code", in: error) ?? "unknown" }
    var whole: String { String(decoding: bytes, as: UTF8.self) }

    func string(_ name: StaticString, in object: Range<Int>? = nil) -> String? {
        JSONScan.string(name, bytes.span, in: object ?? data).map { JSONScan.text(bytes.span, $0) }
    }

    /// An element that is a string.
    func text(_ range: Range<Int>) -> String? {
        JSONScan.inside(bytes.span, range).map { JSONScan.text(bytes.span, $0) }
    }

    func number(_ name: StaticString, in object: Range<Int>? = nil) -> Int? {
        JSONScan.member(name, bytes.span, in: object ?? data).flatMap { JSONScan.number(bytes.span, $0) }
    }

    func isTrue(_ name: StaticString, in object: Range<Int>? = nil) -> Bool {
        JSONScan.member(name, bytes.span, in: object ?? data).map { JSONScan.equals(bytes.span, $0, "true") } ?? false
    }

    func object(_ name: StaticString) -> Range<Int>? { JSONScan.member(name, bytes.span, in: data) }

    /// The places of an array's elements.
    func elements(_ name: StaticString) -> [Range<Int>] {
        guard let array = JSONScan.member(name, bytes.span, in: data) else { return [] }
        var elements = JSONElements(of: bytes.span, in: array)
        var all: [Range<Int>] = []
        while let element = elements.next(in: bytes.span) { all.append(element) }
        return all
    }

    /// An element that is an event or a page's entry of its own.
    func part(_ range: Range<Int>) -> HistoryFrame? { HistoryFrame(bytes, in: range) }

    /// The message that an event or a page's entry tells of.
    var message: LoggedMessage? {
        guard let number = number("message_number") else { return nil }
        var message = LoggedMessage(
            number: number, seq: seq, sender: string("sender") ?? "", key: string("client_msg_id") ?? "")
        let deletedAt = JSONScan.member("deleted_at", bytes.span, in: data)
        message.isDeleted = deletedAt.map { !JSONScan.equals(bytes.span, $0, "null") } ?? false
        message.text = message.isDeleted ? nil : string("text")
        return message
    }
}
