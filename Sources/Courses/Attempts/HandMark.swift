public import Base

/// What an instructor says about one answer.
public struct HandMark: Equatable, Sendable {
    /// Of the question's weight.
    public var percent: Int
    public var comment: String
    public var by: UserID
    public var at: Timestamp

    public init(percent: Int, comment: String = "", by: UserID, at: Timestamp) {
        self.percent = percent
        self.comment = comment
        self.by = by
        self.at = at
    }
}
