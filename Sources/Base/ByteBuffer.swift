/// Bytes written at one end and read at the other. Empty, it holds no memory: an idle connection costs nothing here.
public struct ByteBuffer: Sendable {
    private var storage: [UInt8] = []
    private var head = 0

    public init() {}

    public init(_ bytes: [UInt8]) { storage = bytes }

    /// Unread bytes.
    public var count: Int { storage.count - head }
    public var isEmpty: Bool { storage.count == head }

    public mutating func append(_ byte: UInt8) { storage.append(byte) }

    public mutating func append(_ bytes: UnsafeRawBufferPointer) {
        makeRoom(for: bytes.count)
        storage.append(contentsOf: bytes)
    }

    public mutating func append(_ bytes: [UInt8]) {
        makeRoom(for: bytes.count)
        storage.append(contentsOf: bytes)
    }

    public mutating func append(_ bytes: ArraySlice<UInt8>) {
        makeRoom(for: bytes.count)
        storage.append(contentsOf: bytes)
    }

    /// The unread byte at `offset` from the head.
    public subscript(offset: Int) -> UInt8 { storage[head + offset] }

    /// Lends the unread bytes for the length of the call.
    public func withUnreadBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try storage.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[head...])) }
    }

    /// Lends the unread bytes to be changed in place, as unmasking does.
    public mutating func withMutableUnreadBytes<Result>(
        _ body: (UnsafeMutableRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        let start = head
        return try storage.withUnsafeMutableBytes { try body(UnsafeMutableRawBufferPointer(rebasing: $0[start...])) }
    }

    /// Forgets the first `byteCount` unread bytes.
    public mutating func consume(_ byteCount: Int) {
        precondition(byteCount >= 0 && byteCount <= count, "consumed more than was there")
        head += byteCount
        if head == storage.count { removeAll() }
    }

    /// Takes the first `byteCount` unread bytes out.
    public mutating func read(_ byteCount: Int) -> [UInt8] {
        precondition(byteCount >= 0 && byteCount <= count, "read more than was there")
        let bytes = Array(storage[head..<head + byteCount])
        consume(byteCount)
        return bytes
    }

    /// Takes all unread bytes out.
    public mutating func readAll() -> [UInt8] {
        if head == 0 {
            let bytes = storage
            removeAll()
            return bytes
        }
        return read(count)
    }

    public mutating func removeAll() {
        storage = []
        head = 0
    }

    /// Moves the unread bytes to the front before growing, so that a long stream in small pieces stays small.
    private mutating func makeRoom(for byteCount: Int) {
        guard head > 0, storage.count + byteCount > storage.capacity else { return }
        storage.removeSubrange(..<head)
        head = 0
    }
}
