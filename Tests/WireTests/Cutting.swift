extension Array<UInt8> {
    init(_ text: String) { self = Array(text.utf8) }

    /// Itself in pieces of `size` bytes, the last one shorter.
    func cut(every size: Int) -> [[UInt8]] {
        stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
    }
}
