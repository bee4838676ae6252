public import Auth
internal import Channels

extension APIError {
    public init(people failure: PeopleFailure) {
        switch failure {
        case .noSuchUser: self.init(.noSuchUser)
        case .taken(let field):
            let fault = Rejection.Fault(pointer: "/\(field)", code: "taken", detail: "this \(field) is taken")
            self.init(Rejection(.alreadyExists, fault.detail, faults: [fault]))
        case .nameless:
            self.init(.invalid("/username", "required", "an account keeps a username, an e-mail address or a phone"))
        case .changedMeanwhile: self.init(Rejection(.preconditionFailed, "the account has changed meanwhile"))
        case .outranked: self.init(Rejection(.permissionDenied, "the role may do what yours may not"))
        case .lastSuperuser:
            self.init(Rejection(.preconditionFailed, "the last superuser stays one: make another one first"))
        case .noSuchRole: self.init(.invalid("/role", "not_found", "there is no such role"))
        case .builtInRole:
            self.init(Rejection(.permissionDenied, "this role was there from the beginning and stays as it is"))
        case .roleInUse: self.init(Rejection(.preconditionFailed, "somebody has this role"), status: 409)
        case .tooManyRoles:
            self.init(Rejection(.quotaExceeded, "at most \(RoleBook.madeMax) roles can be made"))
        case .alreadySetUp: self.init(Rejection(.notFound, "this server is set up"))
        case .unavailable: self.init(.overloaded)
        case .storageFull: self.init(.storageFull)
        }
    }
}

/// What people's ports come to, as a request is told of it.
public func asked<Value>(
    _ body: () async throws(PeopleFailure) -> Value
) async throws(APIError) -> Value {
    do throws(PeopleFailure) { return try await body() } catch { throw APIError(people: error) }
}
