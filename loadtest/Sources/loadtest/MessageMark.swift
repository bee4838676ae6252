/// Names a message by its sender and place, written into its `client_msg_id` as "run-sender-sequence", so that whoever
/// receives it finds its send time by index. The run's part keeps a second run from repeating the first one's ids.
struct MessageMark: Equatable {
    var sender: Int
    var sequence: Int

    /// Twelve characters and a hyphen.
    static func prefix(ofRun nonce: UInt64) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return (0..<12).map { digits[Int(nonce >> (UInt64($0) * 4) & 15)] } + [UInt8(ascii: "-")]
    }

    func append(to bytes: inout [UInt8], prefix: [UInt8]) {
        bytes.append(contentsOf: prefix)
        Decimal.append(sender, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        Decimal.append(sequence, to: &bytes)
    }

    init(sender: Int, sequence: Int) {
        self.sender = sender
        self.sequence = sequence
    }

    /// `nil` for a message of somebody else or of another run.
    init?(_ bytes: Span<UInt8>, in range: Range<Int>, prefix: [UInt8]) {
        let numbersStart = range.lowerBound + prefix.count
        guard numbersStart < range.upperBound,
            JSONScan.equals(bytes, range.lowerBound..<numbersStart, prefix)
        else { return nil }
        var hyphen = numbersStart
        while hyphen < range.upperBound, bytes[hyphen] != UInt8(ascii: "-") { hyphen += 1 }
        guard hyphen < range.upperBound,
            let sender = JSONScan.number(bytes, numbersStart..<hyphen),
            let sequence = JSONScan.number(bytes, hyphen + 1..<range.upperBound)
        else { return nil }
        self.sender = sender
        self.sequence = sequence
    }
}
