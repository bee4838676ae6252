/// The methods that this server knows (RFC 9110 section 9.3). CONNECT and TRACE are left out on purpose: the one makes
/// a proxy, the other echoes credentials. Method names are case-sensitive (section 9.1).
public enum HTTPMethod: String, Sendable, CaseIterable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
    case options = "OPTIONS"
}
