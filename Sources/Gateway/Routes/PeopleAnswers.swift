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

    /// Whose account the path names, `me` or a number, and the rank by which the caller may change it: none for one's
    /// own.
    func account(needing permission: Permissions) throws(APIError) -> (user: UserID, rank: Rank?) {
        let own = try user()
        guard parameters["id"] != nil else { return (own, nil) }
        let other = try user("id")
        if other == own { return (own, nil) }
        let rank = try rank()
        guard rank.covers(permission) else {
            throw APIError(Rejection(.permissionDenied, "this needs a role that may do it"))
        }
        return (other, rank)
    }
}

extension Services {
    /// Has who changes their own account show its password where that would let a thief of an open page take it over.
    func confirm(_ call: Call, for user: UserID) async throws(APIError) {
        guard let hash = try await asked({ () async throws(PeopleFailure) in try await people.passwordHash(of: user) })
        else { return }
        guard let current = call.body.present("current_password")?.utf8 else {
            throw APIError(.invalid("/current_password", "required", "this needs the current password"))
        }
        let matches: Bool
        do throws(Rejection) {
            matches = try await passwords.check(current, against: hash).matches
        } catch {
            throw APIError(error)
        }
        guard matches else {
            throw APIError(.invalid("/current_password", "wrong", "this is not the current password"))
        }
    }

    func hash(_ password: [UInt8]) async throws(APIError) -> PasswordHash {
        do throws(Rejection) { return try await passwords.hash(password) } catch { throw APIError(error) }
    }
}
