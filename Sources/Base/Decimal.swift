extension [UInt8] {
    /// Appends a number's digits. They are found from the last to the first and copied once: replies consist of numbers
    /// for a good part.
    public mutating func append(decimal number: UInt64) {
        var rest = number
        // The largest number has 20 digits.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var start = digits.count
            repeat {
                start -= 1
                digits.initializeElement(at: start, to: UInt8(ascii: "0") + UInt8(rest % 10))
                rest /= 10
            } while rest > 0
            append(contentsOf: UnsafeBufferPointer(rebasing: digits[start...]))
        }
    }
}
