internal import Auth
internal import Base
internal import Channels

@testable import Gateway

extension Session.Rules {
    /// Who identifies with `good` is user 108, for two hours from `now`; nobody else is anybody.
    static func oneUser(_ limits: Limits, at now: Timestamp) -> Session.Rules {
        Session.Rules(limits: limits, epoch: "A1") { token in
            guard token == "good", let user = UserID(rawValue: 108) else {
                return .settled(.failure(Rejection(.invalidToken, "the access token is not valid")))
            }
            return .settled(
                .success(
                    AccessClaims(
                        user: user, uuid: "u", login: LoginID(high: 1, low: 2), role: .member, tokenID: "t",
                        issuedAt: now, expiresAt: now.adding(seconds: 7_200))))
        }
    }
}
