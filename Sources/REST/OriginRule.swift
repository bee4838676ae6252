/// Which web pages a browser's word is taken from, by the Origin that it sends (RFC 6454 section 7).
public struct OriginRule: Sendable {
    private let listed: Set<String>

    /// - Parameter listed: origins of pages elsewhere, letter for letter.
    public init(listed: Set<String>) { self.listed = listed }

    /// The server's own origin or one of the list; never `null`, which is what all pages without an origin say.
    /// - Parameter isSecure: the connection is known to be encrypted, so that the own origin is too. Otherwise a proxy
    ///   may speak TLS for the server without saying so.
    public func isAllowed(_ origin: String, host: String, isSecure: Bool = false) -> Bool {
        let own = isSecure ? ["https://\(host)"] : ["http://\(host)", "https://\(host)"]
        return own.contains { $0.lowercased() == origin.lowercased() } || (origin != "null" && listed.contains(origin))
    }
}
