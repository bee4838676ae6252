internal import Auth
internal import Base
internal import Gateway
internal import Glibc
internal import Persistence
internal import Reactor

/// How a new server comes to its first superuser: by the settings that name one, or by a link that is printed once.
struct FirstSuperuser: Sendable {
    /// As the settings have it; `nil` when they name nobody.
    let named: (username: Username?, email: EmailAddress?, password: Secret)?

    /// - Throws: when the settings name somebody who cannot be made.
    init(_ values: SettingValues) throws(UsageError) {
        let username = values["admin-username"], email = values["admin-email"], password = values["admin-password"]
        guard !username.isEmpty || !email.isEmpty || !password.isEmpty else {
            named = nil
            return
        }
        guard !password.isEmpty, !username.isEmpty || !email.isEmpty else {
            throw UsageError("admin-username or admin-email, and admin-password: give both or neither")
        }
        do throws(NameFault) {
            named = (
                username.isEmpty ? nil : try Username(username), email.isEmpty ? nil : try EmailAddress(email),
                Secret(Array(password.utf8))
            )
        } catch {
            throw UsageError("admin-username and admin-email: \(error.detail)")
        }
        do throws(PasswordFault) {
            try PasswordRule.standard.check(Array(password.utf8), names: [username, email])
        } catch {
            throw UsageError("admin-password: \(error.detail)")
        }
    }

    /// The file that has the token as long as it opens anything.
    static let tokenFile = "setup.token"

    /// Makes the one who is named when nobody has an account. Waits: the thread that takes the signals must not be left
    /// to Swift's executor, which would open it to them.
    /// - Returns: a token for the link that is to be printed; `nil` when there is nothing to set up.
    func prepare(_ services: Services, _ gate: SetupGate, _ directory: borrowing DataDirectory) throws -> String? {
        // What an earlier start has left opens nothing any more.
        directory.remove(Self.tokenFile)
        guard try Self.waiting({ try await services.people.isEmpty() }) else { return nil }
        guard let named else {
            let token = try directory.secret(named: Self.tokenFile) {
                var random = RandomSource.system
                return Array(Base64.encodeURLSafe(random.bytes(32)).utf8)
            }
            let text = String(decoding: token, as: UTF8.self)
            gate.open(with: text, at: services.time.now())
            return text
        }
        try Self.waiting {
            var random = RandomSource.system
            var new = NewAccount(uuid: UserUUID.make(random: &random), createdAt: services.time.now())
            new.username = named.username
            new.email = named.email
            new.passwordHash = try await services.passwords.hash(named.password.withBytes { Array($0) })
            _ = try await services.people.setUp(new, by: .server)
        }
        return nil
    }

    private static func waiting<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value
    ) throws -> Value {
        let done = Semaphore(), answer = Guarded<Result<Value, any Error>?>(nil)
        Task.detached {
            let result: Result<Value, any Error>
            do { result = .success(try await body()) } catch { result = .failure(error) }
            answer.withLock { $0 = result }
            done.signal()
        }
        done.wait()
        guard let result = answer.withLock({ $0 }) else { preconditionFailure("who has ended has answered") }
        return try result.get()
    }
}
