public import Base

/// Where API keys are kept. What changes anything returns only when the change is durable.
public protocol APIKeys: Sendable {
    /// Those that stand.
    var book: APIKeyBook { get }

    /// Makes a key; `.notFound` when its user is not there or suspended, `.taken` for `limit` when there are as many as
    /// may be.
    func create(_ new: NewAPIKey, by cause: Cause) async throws(AccountFailure) -> APIKey

    /// Ends a key, and with it every socket that speaks by it; `.notFound` when it does not stand.
    func revoke(_ id: Int64, by cause: Cause) async throws(AccountFailure)

    /// Notes when a key was last used; an earlier time changes nothing.
    func touch(_ id: Int64, at time: Timestamp) async throws(AccountFailure)
}
