internal import Auth
internal import Base
internal import Channels
internal import Wire

/// Whether whoever uses a permission to change something has lately shown who they are: an open page that was left
/// alone, or a token that was stolen, opens no administration (OWASP ASVS 7.5.3).
///
/// Which routes ask for it follows from who may call them (`Route.Access`), so that none can forget to.
struct RecentProof: Sendable {
    /// Seconds that it may be ago; 0 asks for nothing.
    let secondsMax: Int64
    let provenAt: Router.ProvenAt
    let time: TimeSource

    /// Where it is confirmed.
    static let path = "/api/v1/auth/confirm"

    /// Lets through what only looks, and who has shown it.
    func check(_ caller: Caller, _ method: HTTPMethod) async throws(APIError) {
        guard secondsMax > 0, !method.isSafe else { return }
        guard let proven = try await provenAt(caller.login) else { throw APIError(.loginEnded) }
        guard time.now() < proven.adding(seconds: secondsMax) else { throw Self.tooLongAgo(secondsMax) }
    }

    /// The field says it in the words of RFC 9470 section 3. The status is not the 401 of there: the token is good, and
    /// another one of the same login changes nothing.
    private static func tooLongAgo(_ seconds: Int64) -> APIError {
        let detail =
            "it is more than \(seconds) seconds since you logged in: show who you are by POST \(path), or log in again"
        return APIError(
            Rejection(
                .permissionDenied, detail,
                faults: [Rejection.Fault(pointer: "", code: "login_too_old", detail: detail)]),
            headers: [
                ("WWW-Authenticate", "Bearer error=\"insufficient_user_authentication\", max_age=\(seconds)")
            ])
    }
}

extension HTTPMethod {
    /// RFC 9110 section 9.2.1.
    var isSafe: Bool { self == .get || self == .head || self == .options }
}
