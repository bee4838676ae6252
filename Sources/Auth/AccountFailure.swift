/// Why accounts could not be read or changed.
public enum AccountFailure: Error, Equatable, Sendable {
    /// Another account has this name; `field` is `username`, `email` or `phone`.
    case taken(field: String)
    case notFound
    /// The queue of changes is full, or the store has failed; a later try may succeed.
    case unavailable
    /// The disk has no room.
    case storageFull
}
