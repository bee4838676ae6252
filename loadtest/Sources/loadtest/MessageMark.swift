/// Names a message by its sender and place, written into its `client_msg_id` as "run-sender-sequence", so that whoever
/// receives it finds its send time by index. The run's part keeps a second run from repeating the first one's ids.
///
/// Where sender and receiver are in different processes it is followed by "-due", the moment from which it is timed by
/// the clock that all processes of the machine share.
struct MessageMark: Equatable {
    var sender: Int
    var sequence: Int
    var due: Nanoseconds?

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
        guard let due else { return }
        bytes.append(UInt8(ascii: "-"))
        Decimal.append(Int(due), to: &bytes)
    }

    init(sender: Int, sequence: Int, due: Nanoseconds? = nil) {
        self.sender = sender
        self.sequence = sequence
        self.due = due
    }

    /// `nil` for a message of somebody else or of another run.
    init?(_ bytes: Span<UInt8>, in range: Range<Int>, prefix: [UInt8]) {
        let numbersStart = range.lowerBound + prefix.count
        guard numbersStart < range.upperBound,
            JSONScan.equals(bytes, range.lowerBound..<numbersStart, prefix)
        else { return nil }
        var numbers: [Int] = []
        var start = numbersStart
        for index in numbersStart...range.upperBound
        where index == range.upperBound || bytes[index] == UInt8(ascii: "-") {
            guard numbers.count < 3, let number = JSONScan.number(bytes, start..<index) else { return nil }
            numbers.append(number)
            start = index + 1
        }
        guard numbers.count >= 2 else { return nil }
        sender = numbers[0]
        sequence = numbers[1]
        due = numbers.count > 2 ? Nanoseconds(numbers[2]) : nil
    }
}
