internal import Base

/// Whether claims whose signature is right are for this server, and for now (RFC 7519 section 4.1).
struct TokenStanding {
    /// Spellings of the one who must have made it.
    let issuers: [String]
    let audience: String
    /// What the token says of its making, where it does.
    let issuedAt: Timestamp?

    /// `nil` when there is nothing against them.
    func fault(in json: JSONElement, expiresAt: Timestamp, at now: Timestamp) -> TokenFault? {
        guard issuers.contains(where: { Self.names(json["iss"], $0) }) else { return .wrongIssuer }
        // RFC 7519 section 4.1.3: one audience, or a list of them.
        let audiences = json["aud"].map { $0.isArray ? $0.elements : [$0] } ?? []
        guard audiences.contains(where: { Self.names($0, audience) }) else { return .wrongAudience }

        // All times are of this era, so that the leeway does not overflow; nothing is known of `now`.
        let leeway = TokenLifetimes.leewaySeconds
        guard now < expiresAt.adding(seconds: leeway) else { return .expired }
        var validFrom = issuedAt
        if let notBefore = json["nbf"] {
            guard let time = Timestamp(numericDate: notBefore) else { return .malformed }
            validFrom = max(validFrom ?? time, time)
        }
        if let validFrom, validFrom.adding(seconds: -leeway) > now { return .notYetValid }
        return nil
    }

    /// Byte by byte (RFC 7519 section 2, StringOrURI), where `==` would take two spellings of one letter for the same.
    static func names(_ json: JSONElement?, _ expected: String) -> Bool {
        json?.utf8.map { $0.elementsEqual(expected.utf8) } ?? false
    }
}
