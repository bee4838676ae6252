internal import Auth
internal import Base
internal import Channels
internal import REST
internal import Wire

/// What the store refuses, as a request is told of it.
func stored<Value>(_ body: () async throws(AccountFailure) -> Value) async throws(APIError) -> Value {
    try await APIError.stored(body)
}

/// The same of what hashes passwords.
func hashed<Value>(_ body: () async throws(Rejection) -> Value) async throws(APIError) -> Value {
    do throws(Rejection) { return try await body() } catch { throw APIError(error) }
}

extension Call {
    /// A name of the body, checked.
    func name<Name>(
        _ member: StaticString, _ read: (String) throws(NameFault) -> Name
    ) throws(APIError) -> Name? {
        guard let text = body.present(member)?.string else { return nil }
        do throws(NameFault) {
            return try read(text)
        } catch {
            throw APIError(.invalid("/\(member)", error.code, error.detail))
        }
    }

    /// What somebody typed to say who they are.
    func loginText() throws(APIError) -> String {
        let names = ["login", "username", "email", "phone"] as [StaticString]
        guard let name = names.lazy.compactMap({ body.present($0)?.string }).first else {
            throw APIError(.invalid("/login", "required", "give a login: a username, e-mail address or phone number"))
        }
        return name
    }

    static let loginFields: [Shape.Field] =
        [.optional("login", .text(bytes: 1...254), "username, e-mail address or phone number")] + nameFields

    static let nameFields: [Shape.Field] = [
        .optional("username", .text(bytes: 0...Username.bytesMax), "letters, digits, dots, dashes and underscores"),
        .optional("email", .text(bytes: 0...EmailAddress.bytesMax), "an e-mail address"),
        .optional("phone", .text(bytes: 0...32), "a phone number with its country code"),
    ]
}

extension Services {
    /// The caller's account with what its password is checked against.
    func callerStored(_ call: Call) async throws(APIError) -> StoredAccount {
        let user = try call.user()
        let found = try await stored { () async throws(AccountFailure) in try await waysIn.proofs.stored(user) }
        guard let found else { throw APIError(.loginEnded) }
        return found
    }

    /// Checks a password that is to be chosen.
    func checkPassword(_ password: [UInt8], names: [String?]) throws(APIError) {
        do throws(PasswordFault) {
            try settings.waysIn.passwordRule.check(password, names: names.compactMap { $0 })
        } catch {
            throw APIError(.invalid("/password", error.code, error.detail))
        }
    }

    /// What has to be set up first, in words for the operator.
    static func notConfigured(_ what: String) -> APIError { APIError(Rejection(.notConfigured, what)) }

    func requireEmail() throws(APIError) {
        guard postbox.hasEmail else {
            throw Self.notConfigured("this server sends no e-mail: it was told no SMTP server")
        }
    }
}
