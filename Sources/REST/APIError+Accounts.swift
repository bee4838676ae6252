public import Auth
internal import Channels

extension APIError {
    public init(_ failure: AccountFailure) {
        switch failure {
        case .taken(let field):
            let fault = Rejection.Fault(pointer: "/\(field)", code: "taken", detail: "this \(field) is taken")
            self.init(Rejection(.alreadyExists, fault.detail, faults: [fault]))
        case .notFound: self.init(.noSuchUser)
        case .unavailable: self.init(.overloaded)
        // By its whole name: without it this would be the initializer that is meant, for ever.
        case .storageFull: self.init(Rejection.storageFull)
        }
    }

    /// What is asked of accounts, with its failure as a request is told of it.
    public static func stored<Value>(
        _ body: () async throws(AccountFailure) -> Value
    ) async throws(APIError) -> Value {
        do throws(AccountFailure) { return try await body() } catch { throw APIError(error) }
    }
}
