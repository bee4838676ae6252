/// Why people could not be read or changed.
public enum PeopleFailure: Error, Equatable, Sendable {
    case noSuchUser
    /// Another account has this name; `field` is `username`, `email` or `phone`.
    case taken(field: String)
    /// Without it there would be no name left to log in with.
    case nameless
    /// It is not what who asks believes it is.
    case changedMeanwhile
    /// The other one's role, or the role to be given, may do what who asks may not.
    case outranked
    /// There must be somebody who may do everything.
    case lastSuperuser
    case noSuchRole
    /// It was there from the beginning, and cannot be changed.
    case builtInRole
    /// Somebody has the role.
    case roleInUse
    /// There are as many roles as there may be.
    case tooManyRoles
    /// The server has its first superuser already.
    case alreadySetUp
    /// The queue of changes is full, or the store has failed; a later try may succeed.
    case unavailable
    /// The disk has no room.
    case storageFull
}
