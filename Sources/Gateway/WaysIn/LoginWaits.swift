internal import Auth
internal import Base
internal import Channels
internal import REST
internal import Wire

/// One throttle for all who log in by password, whichever thread answers them.
final class LoginWaits: Sendable {
    private let throttle: Guarded<LoginThrottle>
    private let isOn: Bool

    init(_ limits: Limits) {
        throttle = Guarded(LoginThrottle(limits))
        isOn = limits.areRatesLimited
    }

    /// Refuses whoever has to wait before a password is looked at: hashing it would be the dearer part.
    func check(_ attempt: LoginAttempt, at now: Timestamp) throws(APIError) {
        guard isOn else { return }
        guard let seconds = throttle.withLock({ $0.wait(for: attempt.name, from: attempt.address, at: now) }) else {
            return
        }
        throw .tooManyTries(seconds: seconds)
    }

    /// - Returns: seconds until the next try; `nil` when it may come at once.
    func failed(_ attempt: LoginAttempt, at now: Timestamp) -> Int64? {
        guard isOn else { return nil }
        return throttle.withLock { throttle in
            throttle.failed(attempt.name, from: attempt.address, at: now)
            return throttle.wait(for: attempt.name, from: attempt.address, at: now)
        }
    }

    func succeeded(_ attempt: LoginAttempt, at now: Timestamp) {
        throttle.withLock { $0.succeeded(attempt.name, from: attempt.address, at: now) }
    }
}

extension Services {
    /// Compares a password with an account's, or with nobody's in the same time. A wrong one is counted and audited,
    /// and after a few of them the next is not looked at for a while.
    /// - Returns: the hash at today's cost, when the stored one is out of date.
    func check(
        _ password: [UInt8], of known: StoredAccount?, _ attempt: LoginAttempt, for call: Call, orRefuse wrong: APIError
    ) async throws(APIError) -> PasswordHash? {
        let waits = waysIn.waits
        try waits.check(attempt, at: time.now())
        let (matches, renewed) = try await hashed { () async throws(Rejection) in
            try await passwords.check(password, against: known?.passwordHash)
        }
        guard matches else {
            let wait = waits.failed(attempt, at: time.now())
            try await stored { () async throws(AccountFailure) in
                try await accounts.note(
                    wait == nil ? .loginFailed : .loginThrottled, by: call.cause,
                    target: known.map { AuditEntry.target($0.account.id) }, detail: nil)
            }
            throw wrong
        }
        waits.succeeded(attempt, at: time.now())
        return renewed
    }
}

/// Who is tried, and from where: what was typed, folded, whether or not there is such an account.
struct LoginAttempt {
    var name: String
    var address: String

    /// Who is logged in already and says so again.
    init(of user: UserID, from client: HTTPClient) {
        self.init("user:\(user)", from: client)
    }

    init(_ text: String, from client: HTTPClient) {
        name =
            switch LoginName.read(text) {
            case .username(let folded), .email(let folded), .phone(let folded): folded
            case nil: text.lowercased()
            }
        address = client.address.map { "\($0.site)" } ?? "local"
    }
}
