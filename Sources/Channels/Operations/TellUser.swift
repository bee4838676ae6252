/// Tells a user, on the own log, of something that is no channel's: a job, a login. Decided only behind the transaction
/// that made it so.
public struct TellUser: Equatable, Sendable {
    public var kind: Event.Note.Kind
    /// What is told: JSON.
    public var data: [UInt8]

    public init(_ kind: Event.Note.Kind, data: [UInt8]) {
        self.kind = kind
        self.data = data
    }
}
