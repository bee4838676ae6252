internal import Auth
internal import Base
internal import Channels
internal import REST

extension Call {
    /// What the caller may do to others.
    func rank() throws(APIError) -> Rank {
        guard let caller else { throw APIError(.unauthorized("this needs an access token")) }
        return Rank(caller.permissions)
    }

    /// Whose account the path of a route names that is `.ownOrPermitted`, and the rank by which the caller may change
    /// it: none for one's own.
    func account() throws(APIError) -> (user: UserID, rank: Rank?) {
        let own = try user()
        guard parameters["id"] != nil else { return (own, nil) }
        let other = try user("id")
        return other == own ? (own, nil) : (other, try rank())
    }
}

extension Services {
    /// Has who changes their own account show its password where that would let a thief of an open page take it over.
    func confirm(_ call: Call, for user: UserID) async throws(APIError) {
        let known = try await stored { () async throws(AccountFailure) in try await waysIn.proofs.stored(user) }
        guard let known, known.passwordHash != nil else { return }
        guard call.body.present("current_password") != nil else {
            throw APIError(.invalid("/current_password", "required", "this needs the current password"))
        }
        try await reauthenticate(known, call)
    }

    func hash(_ password: [UInt8]) async throws(APIError) -> PasswordHash {
        do throws(Rejection) { return try await passwords.hash(password) } catch { throw APIError(error) }
    }
}
