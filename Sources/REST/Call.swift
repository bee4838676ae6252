public import Auth
public import Base
internal import Channels
public import Wire

/// A request on its way to a route's handler: its body has the route's shape already.
public struct Call: Sendable {
    public var head: HTTPRequestHead
    /// What stood in the path for each `{name}`.
    public var parameters: [String: String]
    /// The body's object; an empty one where the request had no body.
    public var body: JSONElement
    /// The body in pieces, for a route that says `streamsBody`.
    public var stream: HTTPBodyStream
    /// Who calls; there is always one where the route asks for a user.
    public var caller: Caller?
    /// The API key that calls, as its user or for itself.
    public var key: APIKey?
    /// The cookies in which a browser keeps its tokens; none when cookies are off, or when the request is not from a
    /// page that may use them.
    public var cookies: TokenCookies
    public var client: HTTPClient
    public var requestID: String

    /// What the audit trail says of who asked.
    public var cause: Cause { Cause(actor: caller?.user, address: client.address?.description) }

    /// The caller of a route that asks for a user.
    public func user() throws(APIError) -> UserID {
        guard let caller else { throw APIError(.unauthorized("this needs an access token")) }
        return caller.user
    }

    /// A channel named in the path; one that cannot exist is not found.
    public func channel(_ name: String) throws(APIError) -> ChannelID {
        guard let channel = parameters[name].flatMap({ ChannelID($0) }) else { throw APIError(.noSuchChannel) }
        return channel
    }

    /// A user named in the path.
    public func user(_ name: String) throws(APIError) -> UserID {
        guard let user = parameters[name].flatMap({ UserID($0) }) else { throw APIError(.noSuchUser) }
        return user
    }

    /// A number of the query within its bounds; `nil` when it is not given.
    public func number(_ name: String, in range: ClosedRange<Int64>) throws(APIError) -> Int64? {
        guard let text = head.query[name] else { return nil }
        guard let number = Int64(plainDecimal: text), range.contains(number) else {
            let bounds =
                range.upperBound == .max ? "from \(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
            throw APIError(.invalid("?\(name)", "out_of_range", "\(name) must be a whole number, \(bounds)"))
        }
        return number
    }
}
