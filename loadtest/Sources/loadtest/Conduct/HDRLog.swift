/// Histograms as HdrHistogram's own tools read them: its V2 encoding, compressed, in base64, in lines of its log format
/// 1.3. Values are nanoseconds.
enum HDRLog {
    private static let encodingCookie: UInt32 = 0x1C84_9313, compressedCookie: UInt32 = 0x1C84_9314
    private static let significantDigits: UInt32 = 2
    /// An hour: what took longer is counted as if it had taken that.
    private static let highestValue: UInt64 = 3_600_000_000_000

    static func head(startedAt seconds: Int) -> String {
        """
        #[Histogram log format version 1.3]
        #[StartTime: \(seconds) (seconds since epoch)]
        "StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"\n
        """
    }

    /// Times are seconds since the log's start.
    static func line(tag: String, from start: Double, seconds: Double, _ histogram: Histogram) -> String {
        let maxMilliseconds = Decimal.text(Double(histogram.max) / 1e6, places: 3)
        return "Tag=\(tag),\(Decimal.text(start, places: 3)),\(Decimal.text(seconds, places: 3)),\(maxMilliseconds),"
            + Handshake.base64(compressed(histogram)) + "\n"
    }

    static func compressed(_ histogram: Histogram) -> [UInt8] {
        let body = zlib(encoded(histogram))
        return bytes(compressedCookie) + bytes(UInt32(body.count)) + body
    }

    private static func encoded(_ histogram: Histogram) -> [UInt8] {
        var payload: [UInt8] = []
        var place = 0
        let last = Histogram.bucket(of: highestValue)
        var filled = histogram.filled.filter { $0.index <= last }
        let beyond = histogram.filled.reduce(0) { $0 + ($1.index > last ? $1.count : 0) }
        if beyond > 0 {
            if filled.last?.index == last {
                filled[filled.count - 1].count += beyond
            } else {
                filled.append((last, beyond))
            }
        }
        for (index, count) in filled {
            // Zeros are not written one by one: a negative number tells how many there are.
            if index > place { append(index - place == 1 ? 0 : place - index, to: &payload) }
            append(count, to: &payload)
            place = index + 1
        }
        return bytes(encodingCookie) + bytes(UInt32(payload.count)) + bytes(0 as UInt32) + bytes(significantDigits)
            + bytes(1 as UInt64) + bytes(highestValue) + bytes(1.0.bitPattern) + payload
    }

    /// A signed number in zigzag, seven bits a byte, the lowest first.
    private static func append(_ number: Int, to bytes: inout [UInt8]) {
        var rest = UInt64(bitPattern: Int64(number << 1) ^ Int64(number >> 63))
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// RFC 1950 around stored blocks of RFC 1951 section 3.2.4: any reader takes it, and it needs no library.
    private static func zlib(_ data: [UInt8]) -> [UInt8] {
        var result: [UInt8] = [0x78, 0x01]
        for start in stride(from: 0, to: max(data.count, 1), by: 65_535) {
            let block = data[start..<min(start + 65_535, data.count)]
            let length = UInt16(block.count)
            result.append(start + 65_535 >= data.count ? 1 : 0)
            for word in [length, ~length] { result += [UInt8(truncatingIfNeeded: word), UInt8(word >> 8)] }
            result += block
        }
        var low: UInt32 = 1, high: UInt32 = 0
        for byte in data {
            low = (low + UInt32(byte)) % 65_521
            high = (high + low) % 65_521
        }
        return result + bytes(high << 16 | low)
    }

    /// The most significant byte first.
    private static func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }
}
