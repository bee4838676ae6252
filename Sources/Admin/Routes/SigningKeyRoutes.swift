public import Auth
internal import Base
internal import Channels
public import REST
internal import Wire

/// What the command line asks about the keys that sign tokens.
public struct SigningKeyRoutes: Sendable {
    /// Makes a new key that signs from now on, and gives it back when that is durable.
    public typealias Rotate = @Sendable () async throws(APIError) -> SigningKey

    private let accounts: any Accounts
    private let rotateKeys: Rotate

    public init(accounts: any Accounts, rotate: @escaping Rotate) {
        self.accounts = accounts
        rotateKeys = rotate
    }

    public var routes: [Route] {
        [
            Route(
                .post, "/operator/keys/rotate", access: .operatorOnly,
                "Makes a new key that signs tokens; the last one goes when its last token is dead",
                answers: [.init(200, nil, "the new key's name and algorithm")], handler: rotate)
        ]
    }

    @Sendable private func rotate(_ call: Call) async throws(APIError) -> HTTPResponse {
        let key = try await rotateKeys()
        try await APIError.stored { () async throws(AccountFailure) in
            try await accounts.note(
                .signingKeyRotated, by: call.cause, target: "signing_key:\(key.id)", detail: key.algorithm.rawValue)
        }
        return .json { json in
            json.object { json in
                json.member("kid", key.id)
                json.member("alg", key.algorithm.rawValue)
            }
        }
    }
}
