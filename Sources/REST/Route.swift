public import Auth
public import Base
public import Wire

/// One thing that can be asked for by REST: all that is known of it as data, so that the documents are made of the same
/// words that the server obeys.
public struct Route: Sendable {
    /// Who may call.
    public enum Access: Equatable, Sendable {
        case anyone
        /// Whoever comes. Who says who they are is known, and a key with the scope acts as its user.
        case guest(KeyScope)
        /// Whoever has a valid access token.
        case user
        /// Likewise, and a key with the scope as its user.
        case userOrKey(KeyScope)
        /// Whoever has a role with all of these permissions.
        case permitted(Permissions)
        /// Whoever it is about, and whoever has a role with all of these permissions. The path says by `{id}` whom it
        /// is about; where it says nothing, that is the caller.
        case ownOrPermitted(Permissions)
        /// Whoever has an API key with this scope.
        case key(KeyScope)
        /// Either of the two: people with the permissions, and services with such a key.
        case permittedOrKey(Permissions, KeyScope)
        /// Whoever asks from this very machine and not for somebody else, people with the permissions, and services
        /// with such a key.
        case nearbyOr(Permissions, KeyScope)
        /// The server's own user, through the Unix socket in the data directory. To everybody else it is not there.
        case operatorOnly
    }

    /// What an answer looks like.
    public struct Answer: Sendable {
        public var status: Int
        public var shape: Shape?
        public var meaning: String

        public init(_ status: Int, _ shape: Shape? = nil, _ meaning: String) {
            self.status = status
            self.shape = shape
            self.meaning = meaning
        }
    }

    public typealias Handler = @Sendable (Call) async throws(APIError) -> HTTPResponse

    public var method: HTTPMethod
    /// A template such as `/api/v1/channels/{cid}`.
    public var path: String
    public var access: Access
    /// What it does, in one line.
    public var summary: String
    public var query: [Shape.Field]
    public var body: Shape?
    public var answers: [Answer]
    /// Its answers hold tokens. They are never compressed: beside words that the client chose, their length would tell
    /// of the secret.
    public var isSecret: Bool
    /// Bytes that its body may have, where that is not what all others may.
    public var bodyBytesMax: Int?
    /// Its handler is given the body in pieces, while it comes (`Call.stream`), once it is known who calls.
    public var streamsBody: Bool
    /// Fields that OPTIONS at its path is answered with.
    public var offers: [(name: String, value: String)] = []
    public var handler: Handler

    public init(
        _ method: HTTPMethod, _ path: String, access: Access, _ summary: String, query: [Shape.Field] = [],
        body: Shape? = nil, answers: [Answer], isSecret: Bool = false, bodyBytesMax: Int? = nil,
        streamsBody: Bool = false, handler: @escaping Handler
    ) {
        self.method = method
        self.path = path
        self.access = access
        self.summary = summary
        self.query = query
        self.body = body
        self.answers = answers
        self.isSecret = isSecret
        self.bodyBytesMax = bodyBytesMax
        self.streamsBody = streamsBody
        self.handler = handler
    }
}

/// Who calls, as their token says.
public struct Caller: Sendable, Equatable {
    public var user: UserID
    public var login: LoginID
    public var role: Role
    public var permissions: Permissions
    /// When the token or the key is over; `nil` for a key that goes on.
    public var expiresAt: Timestamp?

    public init(
        user: UserID, login: LoginID, role: Role, permissions: Permissions, expiresAt: Timestamp? = nil
    ) {
        self.user = user
        self.login = login
        self.role = role
        self.permissions = permissions
        self.expiresAt = expiresAt
    }
}
