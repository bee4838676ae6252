public import Auth
public import Base
internal import Channels
public import Wire

/// Takes a request to its route: finds it, checks who calls and what was sent, and turns whatever comes of it into an
/// answer.
public struct Router: Sendable {
    /// Tells who calls by the token of a request.
    public typealias Authenticate = @Sendable (_ token: String) async -> Result<Caller, APIError>
    /// The API key that a text is, if it stands.
    public typealias FindKey = @Sendable (_ text: String) -> APIKey?
    /// When the user of a login last showed who they are; `nil` for one that stands no more.
    public typealias ProvenAt = @Sendable (LoginID) async throws(APIError) -> Timestamp?

    public let routes: [Route]
    /// What can be found from outside, and by the server's own user.
    private let table, localTable: RouteTable<Int>
    private let allowedHosts: Set<String>
    private let time: TimeSource
    private let compression: Compression
    private let crossOrigin: CrossOrigin
    /// Every method that some path takes.
    private let methods: String
    private let gate: Gate
    private let numbers: RouteNumbers
    /// Of each route.
    private let cells: [RouteNumbers.Cell]

    /// - Parameters:
    ///   - allowedHosts: names that requests may be for; empty means any.
    ///   - allowedOrigins: of pages elsewhere that may read answers.
    ///   - takesCookies: whether a cookie may say who calls.
    ///   - numbers: where it is counted what is asked and answered.
    ///   - provenAt: asked before a permission is used to change something, where `limits` ask for a recent login.
    public init(
        _ routes: [Route], allowedHosts: Set<String>, allowedOrigins: Set<String> = [], limits: Limits = Limits(),
        time: TimeSource = .system, takesCookies: Bool = false, numbers: RouteNumbers = RouteNumbers(),
        findKey: @escaping FindKey = { _ in nil },
        provenAt: @escaping ProvenAt = { _ in nil }, authenticate: @escaping Authenticate
    ) {
        self.routes = routes
        self.numbers = numbers
        cells = routes.map { numbers.cell(of: $0) }
        self.time = time
        compression = Compression(limits)
        crossOrigin = CrossOrigin(allowedOrigins, limits, takesCookies: takesCookies)
        let taken = Set(routes.filter { $0.access != .operatorOnly }.map(\.method)).union([.head, .options])
        methods = HTTPMethod.allCases.filter(taken.contains).map(\.rawValue).joined(separator: ", ")
        self.allowedHosts = Set(allowedHosts.map { $0.lowercased() })
        gate = Gate(
            origins: OriginRule(listed: allowedOrigins), takesCookies: takesCookies, authenticate: authenticate,
            findKey: findKey,
            recentProof: RecentProof(
                secondsMax: Int64(limits.adminLoginSecondsMax), provenAt: provenAt, time: time))
        let rows = routes.enumerated().map { index, route in (route.method, RoutePattern(route.path), index) }
        localTable = RouteTable(rows)
        table = RouteTable(rows.filter { routes[$0.2].access != .operatorOnly })
    }

    /// - Parameter stream: the body as it comes, where `bodyPlan` says so.
    public func answer(
        _ head: HTTPRequestHead, body: [UInt8], stream: HTTPBodyStream? = nil, from client: HTTPClient
    ) async -> HTTPResponse {
        let begun = time.instant()
        let found = (client.isLocal ? localTable : table).lookup(head.method, head.segments)
        let response = await answer(head, found, body: body, stream, from: client)
        var cell = numbers.nowhere(head.method)
        if case .found(let index, _) = found { cell = cells[index] }
        cell.count(response.status, nanoseconds: time.instant().nanoseconds(since: begun))
        return response
    }

    private func answer(
        _ head: HTTPRequestHead, _ found: RouteTable<Int>.Outcome, body: [UInt8], _ stream: HTTPBodyStream?,
        from client: HTTPClient
    ) async -> HTTPResponse {
        let requestID = Self.requestID(of: head)
        do throws(APIError) {
            var response = try await dispatch(head, found, body: body, stream, from: client, requestID: requestID)
            response.headers.set("X-Request-Id", requestID)
            return crossOrigin.answer(Self.secured(response, for: client), to: head)
        } catch {
            return compression.answer(answer(error, to: head, from: client), to: head)
        }
    }

    /// The answer to a request that was refused before it reached a route.
    public func answer(_ error: APIError, to head: HTTPRequestHead, from client: HTTPClient) -> HTTPResponse {
        numbers.refusals.count(error.rejection.code)
        let requestID = Self.requestID(of: head)
        var response = error.response(requestID: requestID, instance: head.path)
        response.headers.set("X-Request-Id", requestID)
        return crossOrigin.answer(Self.secured(response, for: client), to: head)
    }

    /// An answer that was made beside the routes, with what every answer carries.
    public func answer(_ response: HTTPResponse, to head: HTTPRequestHead, from client: HTTPClient) -> HTTPResponse {
        var response = response
        response.headers.set("X-Request-Id", Self.requestID(of: head))
        return crossOrigin.answer(Self.secured(response, for: client), to: head)
    }

    /// What is to be done with a request's body, where its route says so.
    public func bodyPlan(of head: HTTPRequestHead) -> BodyPlan? {
        guard case .found(let index, _) = table.lookup(head.method, head.segments) else { return nil }
        let route = routes[index]
        guard route.bodyBytesMax != nil || route.streamsBody else { return nil }
        return BodyPlan(bytesMax: route.bodyBytesMax, isStreamed: route.streamsBody)
    }

    /// The answer to a request that could not be read.
    /// - Parameter head: what could be read of it.
    public func refusal(
        of violation: HTTPViolation, to head: HTTPRequestHead?, from client: HTTPClient
    ) -> HTTPResponse {
        let error = APIError(violation)
        numbers.refusals.count(error.rejection.code)
        let requestID = head.map(Self.requestID) ?? Self.newRequestID()
        var response = error.response(requestID: requestID, instance: head?.path ?? "/")
        response.headers.set("X-Request-Id", requestID)
        return crossOrigin.answer(Self.secured(response, for: client), to: head)
    }

    // MARK: Steps

    private func dispatch(
        _ head: HTTPRequestHead, _ found: RouteTable<Int>.Outcome, body: [UInt8], _ stream: HTTPBodyStream?,
        from client: HTTPClient, requestID: String
    ) async throws(APIError) -> HTTPResponse {
        guard client.isLocal || isAllowed(head.host) else {
            throw APIError(Rejection(.badRequest, "this server does not answer for that host"), status: 421)
        }
        // Asked of the server as a whole (RFC 9110 section 9.3.7).
        if head.path == "*" { return crossOrigin.options(allow: methods, to: head) }
        switch found {
        case .notFound:
            throw APIError(Rejection(.notFound, "there is nothing at this path"))
        case .methodNotAllowed(let allowed):
            let allow = allowed.map(\.rawValue).joined(separator: ", ")
            // RFC 9110 sections 9.3.7 and 15.5.6.
            if head.method == .options {
                var answer = crossOrigin.options(allow: allow, to: head)
                for (name, value) in offers(at: head.segments, allowed) { answer.headers.set(name, value) }
                return answer
            }
            throw APIError(
                Rejection(.badRequest, "this path takes \(allow)"), status: 405, headers: [("Allow", allow)])
        case .found(let index, let parameters):
            let route = routes[index]
            let (caller, key) = try await gate.identify(head, parameters, for: route, from: client)
            let call = Call(
                head: head, parameters: parameters, body: try object(body, of: head, for: route),
                stream: stream ?? HTTPBodyStream(body), caller: caller, key: key,
                cookies: cookies(of: head, from: client), client: client, requestID: requestID)
            let answer = try await route.handler(call)
            if route.isSecret { return answer }
            return try Representation(head: head, now: time.now(), compression: compression).answer(answer)
        }
    }

    private func offers(at segments: [String], _ methods: [HTTPMethod]) -> [(name: String, value: String)] {
        guard let method = methods.first(where: { $0 != .options }),
            case .found(let index, _) = table.lookup(method, segments)
        else { return [] }
        return routes[index].offers
    }

    /// Whether the server answers for a host (RFC 9110 section 7.4); its port does not matter.
    public func isAllowed(_ host: String) -> Bool {
        guard !allowedHosts.isEmpty else { return true }
        let name = host.hasSuffix("]") ? host[...] : host[..<(host.lastIndex(of: ":") ?? host.endIndex)]
        return allowedHosts.contains(name.lowercased()) || allowedHosts.contains(host.lowercased())
    }

    private func cookies(of head: HTTPRequestHead, from client: HTTPClient) -> TokenCookies {
        guard gate.takesCookies, (try? gate.checkOrigin(head, from: client)) != nil else {
            return TokenCookies(access: nil, refresh: nil)
        }
        return TokenCookies(head, isSecure: client.isSecure)
    }

    /// The body as an object of the route's shape.
    private func object(_ body: [UInt8], of head: HTTPRequestHead, for route: Route) throws(APIError) -> JSONElement {
        guard let shape = route.body else { return JSONElement.emptyObject }
        if !body.isEmpty {
            let type = head.headers["content-type"]?.split(separator: ";").first?.lowercased()
            // A change may say that it is one (RFC 7396 section 4).
            let isChange = head.method == .patch && type == "application/merge-patch+json"
            guard isChange || type?.filter({ $0 != " " }) == "application/json" else {
                throw APIError(Rejection(.unsupportedType, "the body must be sent as Content-Type: application/json"))
            }
        }
        let element: JSONElement
        do throws(JSONError) {
            element = body.isEmpty ? JSONElement.emptyObject : try JSONDocument(parsing: body).root
        } catch {
            throw APIError(Rejection(.badRequest, "the body is no acceptable JSON (\(error))"))
        }
        try shape.check(element)
        return element
    }

    // MARK: Headers

    /// What every answer carries: nothing here is to be guessed at, framed, sent on or kept by others.
    private static func secured(_ response: HTTPResponse, for client: HTTPClient) -> HTTPResponse {
        var secured = response
        for (name, value) in [
            ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"),
            ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"), ("Cache-Control", "no-store"),
        ] where secured.headers[name.lowercased()] == nil {
            secured.headers.set(name, value)
        }
        // RFC 6797 section 7.2: not where there is no TLS. A year, without a word about other names of the domain.
        if client.isSecure { secured.headers.set("Strict-Transport-Security", "max-age=31536000") }
        return secured
    }

    /// The client's own id for the request when it is short and plain, else a new one.
    private static func requestID(of head: HTTPRequestHead) -> String {
        guard let given = head.headers["x-request-id"], (1...128).contains(given.utf8.count),
            given.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { return newRequestID() }
        return given
    }

    private static func newRequestID() -> String {
        var random = RandomSource.system
        return Base64.encodeURLSafe(random.bytes(12))
    }
}

extension HTTPRequestHead {
    /// The token of the Authorization header (RFC 6750 section 2.1); the scheme `JWT` of older systems is taken too.
    public var bearerToken: String? {
        guard let header = headers["authorization"] else { return nil }
        let parts = header.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
        guard parts.count == 2, ["bearer", "jwt"].contains(parts[0].lowercased()) else { return nil }
        return String(parts[1].drop { $0 == " " })
    }
}

extension HTTPResponse {
    public static func json(_ status: Int = 200, _ body: (inout JSONWriter) -> Void) -> HTTPResponse {
        var json = JSONWriter(reserving: 512)
        body(&json)
        return HTTPResponse(
            status: status, headers: HTTPHeaders([("Content-Type", "application/json")]), body: json.bytes)
    }
}
