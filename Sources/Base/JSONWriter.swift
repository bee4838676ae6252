/// Writes one JSON text. Names and values are given in order; commas and escaping are its own affair.
///
///     var json = JSONWriter()
///     json.object { json in
///         json.member("ok", true)
///         json.array("items") { json in json.value(1) }
///     }
public struct JSONWriter: Sendable {
    public private(set) var bytes: [UInt8] = []
    private var needsComma = false

    public init(reserving byteCount: Int = 0) { bytes.reserveCapacity(byteCount) }

    public static func object(_ body: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter(reserving: 192)
        json.object(body)
        return json.bytes
    }

    // MARK: Values

    public mutating func object(_ body: (inout JSONWriter) -> Void) {
        separate()
        bytes.append(UInt8(ascii: "{"))
        needsComma = false
        body(&self)
        bytes.append(UInt8(ascii: "}"))
        needsComma = true
    }

    public mutating func array(_ body: (inout JSONWriter) -> Void) {
        separate()
        bytes.append(UInt8(ascii: "["))
        needsComma = false
        body(&self)
        bytes.append(UInt8(ascii: "]"))
        needsComma = true
    }

    public mutating func value(_ number: Int64) {
        separate()
        appendDecimal(number)
        needsComma = true
    }

    public mutating func value(_ number: Int) { value(Int64(number)) }

    public mutating func value(_ flag: Bool) {
        separate()
        append(flag ? "true" : "false")
        needsComma = true
    }

    public mutating func value(_ text: String) {
        separate()
        var text = text
        text.withUTF8 { quote(UnsafeRawBufferPointer($0)) }
        needsComma = true
    }

    /// A string given as UTF-8.
    public mutating func value(utf8 text: [UInt8]) {
        separate()
        text.withUnsafeBytes { quote($0) }
        needsComma = true
    }

    public mutating func null() {
        separate()
        append("null")
        needsComma = true
    }

    /// A number as a JSON string, as ids are written.
    public mutating func value(quoted number: Int64) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        appendDecimal(number)
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    public mutating func value(_ user: UserID) { value(quoted: user.rawValue) }

    public mutating func value(_ channel: ChannelID) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        if let members = channel.members {
            appendDecimal(members.low.rawValue)
            bytes.append(UInt8(ascii: "_"))
            appendDecimal(members.high.rawValue)
        } else if channel.isPersonal {
            append("@me")
        } else {
            appendDecimal(channel.rawValue)
        }
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    public mutating func value(_ time: Timestamp) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        time.appendRFC3339(to: &bytes)
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    /// Bytes that are one JSON value already.
    public mutating func value(raw json: some Collection<UInt8>) {
        separate()
        bytes.append(contentsOf: json)
        needsComma = true
    }

    // MARK: Members

    public mutating func name(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        append(name)
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    public mutating func name(_ name: String) {
        value(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    public mutating func object(_ name: StaticString, _ body: (inout JSONWriter) -> Void) {
        self.name(name)
        object(body)
    }

    public mutating func array(_ name: StaticString, _ body: (inout JSONWriter) -> Void) {
        self.name(name)
        array(body)
    }

    public mutating func member(_ name: StaticString, _ number: Int64) {
        self.name(name)
        value(number)
    }

    public mutating func member(_ name: StaticString, _ number: Int) {
        self.name(name)
        value(number)
    }

    public mutating func member(_ name: StaticString, _ flag: Bool) {
        self.name(name)
        value(flag)
    }

    public mutating func member(_ name: StaticString, _ text: String) {
        self.name(name)
        value(text)
    }

    public mutating func member(_ name: StaticString, utf8 text: [UInt8]) {
        self.name(name)
        value(utf8: text)
    }

    public mutating func member(_ name: StaticString, _ user: UserID) {
        self.name(name)
        value(user)
    }

    public mutating func member(_ name: StaticString, _ channel: ChannelID) {
        self.name(name)
        value(channel)
    }

    public mutating func member(_ name: StaticString, _ time: Timestamp) {
        self.name(name)
        value(time)
    }

    /// The user's number, or `null`.
    public mutating func member(_ name: StaticString, orNull user: UserID?) {
        self.name(name)
        if let user { value(user) } else { null() }
    }

    /// The text, or `null`.
    public mutating func member(_ name: StaticString, orNull text: String?) {
        self.name(name)
        if let text { value(text) } else { null() }
    }

    /// The number, or `null`.
    public mutating func member(_ name: StaticString, orNull number: Int64?) {
        self.name(name)
        if let number { value(number) } else { null() }
    }

    /// The time, or `null`.
    public mutating func member(_ name: StaticString, orNull time: Timestamp?) {
        self.name(name)
        if let time { value(time) } else { null() }
    }

    // MARK: Bytes

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = false
    }

    private mutating func append(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private mutating func appendDecimal(_ number: Int64) {
        if number < 0 { bytes.append(UInt8(ascii: "-")) }
        bytes.append(decimal: number.magnitude)
    }

    /// Quotes, escaping what RFC 8259 section 7 asks for and nothing else. Runs without escapes are copied whole.
    private mutating func quote(_ text: UnsafeRawBufferPointer) {
        bytes.append(UInt8(ascii: "\""))
        var runStart = 0
        for (index, byte) in text.enumerated()
        where byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
            bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: text[runStart..<index]))
            runStart = index + 1
            appendEscape(of: byte)
        }
        bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: text[runStart...]))
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func appendEscape(of byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0C: bytes.append(UInt8(ascii: "f"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        case 0..<0x20:
            let digits = "0123456789abcdef".utf8.map { $0 }
            bytes.append(contentsOf: [UInt8(ascii: "u"), UInt8(ascii: "0"), UInt8(ascii: "0")])
            bytes.append(digits[Int(byte >> 4)])
            bytes.append(digits[Int(byte & 0xF)])
        default: bytes.append(byte)
        }
    }
}
