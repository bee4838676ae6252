/// What is done with the body of a request.
public struct BodyPlan: Equatable, Sendable {
    /// Bytes that it may have; `nil` for what all others may.
    public var bytesMax: Int?
    /// It is handed over in pieces, while it comes.
    public var isStreamed: Bool

    public init(bytesMax: Int? = nil, isStreamed: Bool = false) {
        self.bytesMax = bytesMax
        self.isStreamed = isStreamed
    }
}
