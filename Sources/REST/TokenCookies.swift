public import Wire

/// The cookies in which a browser may keep its tokens, out of reach of any script (RFC 6265bis section 4.1). With TLS
/// their names have the prefix that no other host and no plain connection can set.
public struct TokenCookies: Sendable, Equatable {
    public var access: String?
    public var refresh: String?

    public init(access: String?, refresh: String?) {
        self.access = access
        self.refresh = refresh
    }

    /// What a request brings. A name that comes twice is of two minds, and counts for nothing.
    public init(_ head: HTTPRequestHead, isSecure: Bool) {
        let pairs = head.headers.values("cookie").flatMap { $0.split(separator: ";") }.map { pair in
            let parts = pair.drop { $0 == " " }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (name: parts.first ?? "", value: parts.count == 2 ? String(parts[1]) : "")
        }
        func value(_ name: String) -> String? {
            let found = pairs.filter { $0.name == name }
            return found.count == 1 && !found[0].value.isEmpty ? found[0].value : nil
        }
        access = value(Self.name("access_token", isSecure))
        refresh = value(Self.name("refresh_token", isSecure))
    }

    public var isEmpty: Bool { access == nil && refresh == nil }

    /// Has the browser keep them, each for so many seconds.
    public func set(
        on response: inout HTTPResponse, isSecure: Bool, accessSeconds: Int64, refreshSeconds: Int64
    ) {
        if let access { Self.add("access_token", access, accessSeconds, isSecure, to: &response) }
        if let refresh { Self.add("refresh_token", refresh, refreshSeconds, isSecure, to: &response) }
    }

    /// Has the browser forget them.
    public static func clear(on response: inout HTTPResponse, isSecure: Bool) {
        for name in ["access_token", "refresh_token"] { add(name, "", 0, isSecure, to: &response) }
    }

    /// `__Host-` asks for Secure, for `Path=/`, and for no Domain.
    private static func name(_ name: String, _ isSecure: Bool) -> String { isSecure ? "__Host-\(name)" : name }

    private static func add(
        _ name: String, _ value: String, _ seconds: Int64, _ isSecure: Bool, to response: inout HTTPResponse
    ) {
        response.headers.add(
            "Set-Cookie",
            "\(Self.name(name, isSecure))=\(value); Path=/; Max-Age=\(seconds); HttpOnly; SameSite=Lax"
                + (isSecure ? "; Secure" : ""))
    }
}
