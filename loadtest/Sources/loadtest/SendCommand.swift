/// `message.send` as every load writes it.
enum SendCommand {
    /// Smaller ids belong to identify and to the channel's opening.
    static let idBase = 16

    /// The text of a message, of so many bytes.
    static func text(bytes count: Int) -> [UInt8] { (0..<count).map { UInt8(ascii: "a") + UInt8($0 % 26) } }

    static func append(
        _ mark: MessageMark, prefix: [UInt8], id: Int, channel: [UInt8], text: [UInt8], to bytes: inout [UInt8]
    ) {
        append(#"{"id":"#, to: &bytes)
        Decimal.append(id, to: &bytes)
        append(#","type":"message.send","data":{"channel":""#, to: &bytes)
        bytes.append(contentsOf: channel)
        append(#"","client_msg_id":""#, to: &bytes)
        mark.append(to: &bytes, prefix: prefix)
        append(#"","text":""#, to: &bytes)
        bytes.append(contentsOf: text)
        append(#""}}"#, to: &bytes)
    }

    private static func append(_ word: StaticString, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
    }
}
