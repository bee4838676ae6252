extension Array<UInt8> {
    /// Itself in pieces of `size` bytes, the last one shorter.
    func cut(every size: Int) -> [ArraySlice<UInt8>] {
        stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
    }

    /// Sizes of pieces in which an input is fed once more: byte by byte, and in pieces that differ from input to input.
    var pieceSizes: [Int] { [1, 2 + count % 13] }

    /// The first byte, which chooses how the target is set up, and the rest; zero where there is none.
    var choiceAndRest: (choice: UInt8, rest: [UInt8]) { (first ?? 0, Array(dropFirst())) }
}
