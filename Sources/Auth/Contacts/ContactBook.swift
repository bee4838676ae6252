public import Base

/// What users have in their address books, on disk. What changes anything returns only when the change is durable.
public protocol ContactBook: Sendable {
    /// A page of somebody's contacts, in the order in which they came.
    func list(_ search: ContactSearch) async throws(ContactFailure) -> ContactPage

    /// Takes a contact away. Returns false when the user has no such contact.
    func remove(_ id: Int64, of user: UserID) async throws(ContactFailure) -> Bool

    /// Takes some of a user's contacts away, so many that nobody else has to wait long. Returns false when none was
    /// left.
    func removeSome(of user: UserID) async throws(ContactFailure) -> Bool

    /// Whether a user lets themselves be found by those who have their address.
    func isFindable(_ user: UserID) async throws(ContactFailure) -> Bool
    func setFindable(_ user: UserID, _ isFindable: Bool) async throws(ContactFailure)

    /// Takes in some rows of an import, with the place that it has reached: in one commit, so that however the server
    /// ends each row is taken once.
    /// - Returns: how far the import is then; `nil` when the job is nobody's any more, and nothing was taken.
    func take(_ step: ImportStep, of job: Job) async throws(ContactFailure) -> ImportCursor?

    /// Tells some of those who have an address among their contacts that its user is here now, with the place that this
    /// has reached.
    /// - Returns: false when everybody has been told, or the job is nobody's any more.
    func tellOfJoining(_ job: Job, leaseSeconds: Int64) async throws(ContactFailure) -> Bool
}

public enum ContactFailure: Error, Equatable, Sendable {
    case storageFull
    case unavailable
}

/// What of somebody's contacts is looked for.
public struct ContactSearch: Sendable {
    public var user: UserID
    /// Contacts behind this one.
    public var after: Int64 = 0
    /// At most so many.
    public var limit: Int
    /// In lower case: what name or address have in them.
    public var text: String?
    /// Those of whom it is known who they are here, or those of whom it is not.
    public var isRegistered: Bool?

    public init(user: UserID, limit: Int) {
        self.user = user
        self.limit = limit
    }

    /// Contacts that are looked at for one page. Where few are found the page is short, and the next goes on.
    public static let scannedMax = 2_000
}

public struct ContactPage: Sendable, Equatable {
    public var contacts: [Contact]
    /// The last that was looked at; `nil` when there is nothing behind it.
    public var next: Int64?

    public init(contacts: [Contact], next: Int64?) {
        self.contacts = contacts
        self.next = next
    }
}
