/// A signing key is shorter than the hash it is used with (RFC 7518 section 3.2).
public struct WeakKey: Error, Equatable, Sendable {
    public var byteCount: Int
    public var bytesMin: Int

    public init(byteCount: Int, bytesMin: Int) {
        self.byteCount = byteCount
        self.bytesMin = bytesMin
    }
}
