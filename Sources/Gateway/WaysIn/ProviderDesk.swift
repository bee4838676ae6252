internal import Auth
internal import Base
internal import Channels
internal import REST
internal import Telemetry

/// Asks another server who somebody is, and believes nothing that was not meant for us.
struct ProviderDesk {
    let services: Services
    let provider: IdentityProvider

    /// Bytes of an answer to anything but keys.
    private static let answerBytesMax = 64 << 10
    /// Bytes of an access token.
    static let tokenBytesMax = 4_096

    static let notVouched = APIError(
        Rejection(.invalidCredentials, "the provider does not say that this is you, or not to us"))

    // MARK: ID tokens

    /// By what the provider signed.
    /// - Parameter nonce: what it had to say again; `nil` where nothing was asked of it.
    func identity(idToken text: String, nonce: String?) async throws(APIError) -> ProvenIdentity {
        guard let token = IDToken(text) else { throw refused(.malformed) }
        let keys: KeySet
        do throws(WebFailure) {
            keys = try await services.waysIn.publishedKeys.keys(at: provider.keysURL, for: token.keyID)
        } catch {
            throw failed(error)
        }
        let expected = IDToken.Expectation(issuers: provider.issuers, clientID: provider.clientID, nonce: nonce)
        do throws(TokenFault) {
            return try token.verified(by: keys, expected, at: services.time.now())
        } catch {
            throw refused(error)
        }
    }

    private func refused(_ fault: TokenFault) -> APIError {
        services.log.info("an ID token is refused", ["provider": provider.name.rawValue, "why": "\(fault)"])
        return Self.notVouched
    }

    // MARK: Access tokens

    /// By what the provider says of an access token: it must have been given to us, or anybody whom the user has ever
    /// given one could come in with it.
    func identity(accessToken token: String) async throws(APIError) -> ProvenIdentity {
        switch provider.name {
        case .google: try await googleIdentity(token)
        case .facebook: try await facebookIdentity(token)
        }
    }

    private func googleIdentity(_ token: String) async throws(APIError) -> ProvenIdentity {
        let said = try await ask(
            WebRequest(.get, "\(provider.inspectURL)?\(URLText.form([("access_token", token)]))"))
        let party = said["azp"]
        guard isUs(said["aud"]), party == nil || isUs(party), let subject = Self.subject(said["sub"]),
            let seconds = said["expires_in"]?.integer
                ?? said["expires_in"]?.string.flatMap({ Int64(plainDecimal: $0) }),
            seconds > 0
        else { throw Self.notVouched }
        return ProvenIdentity(
            issuer: provider.issuers[0], subject: subject,
            email: said["email"]?.string.flatMap { try? EmailAddress($0) },
            isEmailVerified: said["email_verified"]?.bool ?? said["email_verified"]?.isString("true") ?? false)
    }

    private func facebookIdentity(_ token: String) async throws(APIError) -> ProvenIdentity {
        let secret = provider.clientSecret.withBytes { String(decoding: $0, as: UTF8.self) }
        let inspection = try await ask(
            WebRequest(
                .get, "\(provider.inspectURL)?\(URLText.form([("input_token", token)]))",
                headers: [("Authorization", "Bearer \(provider.clientID)|\(secret)")]))
        let now = services.time.now()
        guard let said = inspection["data"], said["is_valid"]?.bool == true, isUs(said["app_id"]),
            let subject = Self.subject(said["user_id"]),
            // 0 is what it says of one that does not end.
            let expires = said["expires_at"]?.integer, expires == 0 || expires > now.seconds
        else { throw Self.notVouched }
        let proof = Digest.hmacSHA256(key: provider.clientSecret, token.utf8)
        let profile = try await ask(
            WebRequest(
                .get,
                "\(provider.profileURL)?\(URLText.form([("fields", "id,name"), ("appsecret_proof", hex(proof))]))",
                headers: [("Authorization", "Bearer \(token)")]))
        guard Self.subject(profile["id"]) == subject else { throw Self.notVouched }
        // It does not say whether an address is verified, so that none is taken from it.
        return ProvenIdentity(
            issuer: provider.issuers[0], subject: subject,
            displayName: profile["name"]?.string.flatMap { try? DisplayName($0) }?.text)
    }

    // MARK: Browsers

    /// What a browser brought back from the provider, exchanged.
    func identity(
        code: String, redirectURL: String, verifier: String, nonce: String
    ) async throws(APIError) -> ProvenIdentity {
        let form = URLText.form([
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirectURL),
            ("client_id", provider.clientID),
            ("client_secret", provider.clientSecret.withBytes { String(decoding: $0, as: UTF8.self) }),
            ("code_verifier", verifier),
        ])
        let said = try await ask(
            WebRequest(
                .post, provider.tokenURL, headers: [("Content-Type", "application/x-www-form-urlencoded")],
                body: Array(form.utf8)))
        guard let idToken = said["id_token"]?.string else { throw Self.notVouched }
        return try await identity(idToken: idToken, nonce: nonce)
    }

    // MARK: Steps

    /// The object that the provider answers. Its refusals are the caller's; what is no answer at all is a reason to
    /// try again.
    private func ask(_ request: WebRequest) async throws(APIError) -> JSONElement {
        var request = request
        request.answerBytesMax = Self.answerBytesMax
        let answer: WebAnswer
        do throws(WebFailure) { answer = try await services.web.send(request) } catch { throw failed(error) }
        guard answer.status < 500 else { throw failed(.unreachable("it answered \(answer.status)")) }
        guard answer.status == 200, let root = try? JSONDocument(parsing: answer.body).root, root.isObject else {
            services.log.info(
                "a provider refuses", ["provider": provider.name.rawValue, "status": "\(answer.status)"])
            throw Self.notVouched
        }
        return root
    }

    private func failed(_ failure: WebFailure) -> APIError {
        // Not in the failure's own words: what was asked for has a token in it.
        let why =
            switch failure {
            case .unavailable: "unavailable"
            case .refused: "refused"
            case .malformed: "malformed"
            case .timedOut: "timed out"
            case .tooLong: "too long"
            case .unreachable: "unreachable"
            }
        services.log.warning("a provider cannot be asked", ["provider": provider.name.rawValue, "why": why])
        if case .unavailable(let missing) = failure { return Services.notConfigured(missing) }
        return APIError(
            Rejection(.overloaded, "the provider cannot be asked now; try again", retryAfterMilliseconds: 5_000))
    }

    private func isUs(_ name: JSONElement?) -> Bool { name?.utf8.map { $0 == Array(provider.clientID.utf8) } ?? false }

    private static func subject(_ json: JSONElement?) -> String? {
        json?.string.flatMap { (1...255).contains($0.utf8.count) ? $0 : nil }
    }

    private func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 0xF)]] }, as: UTF8.self)
    }
}
