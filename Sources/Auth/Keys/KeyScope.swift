/// What an API key is for. A key may do what its scopes say and nothing else: it never has what a role has.
public enum KeyScope: String, Sendable, CaseIterable, Hashable {
    /// Asks what a token is worth.
    case introspect
    /// Has tokens made for the users of a product that has accounts of its own.
    case mint
    /// Reads the server's metrics.
    case metrics
    /// Hands in what happened elsewhere.
    case events
    /// Acts as the key's user.
    case bot
    /// Keeps courses as the key's user: makes them, and does with those that the user teaches what that one may.
    case courses = "courses:write"

    /// Whether a key with it is somebody's.
    public var actsAsUser: Bool { self == .bot || self == .courses }
}
