public import Base
internal import Channels
public import Wire

/// Another spelling of a route, for clients of the systems that people come from: an old path, old names in the body,
/// an answer of the old shape. It does what its successor does and nothing of its own, and says that it is deprecated
/// (RFC 9745) and what its successor is (RFC 5829 section 3.2).
public struct Alias: Sendable {
    public typealias Write = @Sendable (_ answer: JSONElement, _ json: inout JSONWriter) -> Void

    /// How an answer of the successor is told.
    public enum Answer: Sendable {
        case asItIs
        /// Made of the successor's JSON; with another status where there is one.
        case told(status: Int? = nil, Write)
    }

    /// How a refusal is told.
    public struct Refusal: Sendable {
        /// What is refused, by its status and, where that is not enough, by the pointer of its first fault.
        public var status: Int
        public var pointer: String?
        public var toldStatus: Int
        public var message: String

        public init(_ status: Int, at pointer: String? = nil, as toldStatus: Int, _ message: String) {
            self.status = status
            self.pointer = pointer
            self.toldStatus = toldStatus
            self.message = message
        }
    }

    public var method: HTTPMethod
    public var path: String
    /// The successor's path; with the same parameters.
    public var successor: String
    /// The successor when the body has a member of this name.
    public var successorWith: (member: StaticString, path: String)?
    /// Members of the body that the successor calls otherwise.
    public var renamed: [String: String] = [:]
    /// Members without which the request is refused with these words and 400.
    public var required: (names: [StaticString], message: String)?
    public var answer = Answer.asItIs
    public var refusals: [Refusal] = []

    public init(_ method: HTTPMethod, _ path: String, for successor: String) {
        self.method = method
        self.path = path
        self.successor = successor
    }

    /// The same alias with something else about it.
    public func with(_ change: (inout Alias) -> Void) -> Alias {
        var alias = self
        change(&alias)
        return alias
    }
}

extension Alias {
    /// As a route among those whose successors it needs; one that is not there is the programmer's error.
    public func route(among routes: [Route]) -> Route {
        let first = Self.route(method, successor, among: routes)
        let second = successorWith.map { Self.route(method, $0.path, among: routes) }
        return Route(
            method, path, access: first.access, "Older spelling of \(successor): \(first.summary)",
            query: first.query, body: first.body.map(shape), answers: first.answers, isSecret: first.isSecret,
            bodyBytesMax: first.bodyBytesMax
        ) { [self] call async throws(APIError) in
            let isSecond = successorWith.map { call.body.present($0.member) != nil } ?? false
            let route = isSecond ? second ?? first : first
            do throws(APIError) {
                return marked(try told(try await route.handler(try translated(call, for: route))), route.path)
            } catch {
                throw marked(told(error), route.path)
            }
        }
    }

    private static func route(_ method: HTTPMethod, _ path: String, among routes: [Route]) -> Route {
        guard let route = routes.first(where: { $0.method == method && $0.path == path }) else {
            preconditionFailure("an alias for a route that is not there: \(method.rawValue) \(path)")
        }
        return route
    }

    /// What the body may look like: the successor checks what it is after it has been translated.
    private func shape(of successor: Shape) -> Shape {
        Shape("Older\(successor.name)", [])
    }

    private func translated(_ call: Call, for route: Route) throws(APIError) -> Call {
        if let required, let missing = required.names.first(where: { call.body.present($0) == nil }) {
            let fault = Rejection.Fault(pointer: "/\(missing)", code: "required", detail: "\(missing) is required")
            throw APIError(Rejection(.badRequest, required.message, faults: [fault]))
        }
        guard let shape = route.body else { return call }
        var translated = call
        if !renamed.isEmpty {
            let body = JSONWriter.object { json in
                var written: Set<String> = []
                for (name, value) in call.body.members {
                    let known = renamed[name] ?? name
                    guard written.insert(known).inserted else { continue }
                    json.name(known)
                    json.value(raw: value.json)
                }
            }
            do throws(JSONError) {
                translated.body = try JSONDocument(parsing: body).root
            } catch {
                throw APIError(Rejection(.badRequest, "the body is no acceptable JSON (\(error))"))
            }
        }
        try shape.check(translated.body)
        return translated
    }

    private func told(_ response: HTTPResponse) throws(APIError) -> HTTPResponse {
        guard case .told(let status, let write) = answer else { return response }
        var told = response
        if let status { told.status = status }
        let element = (try? JSONDocument(parsing: response.body).root) ?? JSONElement.emptyObject
        var json = JSONWriter(reserving: 256)
        write(element, &json)
        told.content = .bytes(json.bytes)
        told.headers.set("Content-Type", "application/json")
        return told
    }

    private func told(_ error: APIError) -> APIError {
        let pointer = error.rejection.faults.first?.pointer
        guard
            let refusal = refusals.first(where: {
                $0.status == error.status && ($0.pointer == nil || $0.pointer == pointer)
            })
        else { return error }
        var told = error
        told.status = refusal.toldStatus
        told.rejection.message = refusal.message
        return told
    }

    // MARK: What every answer says

    /// RFC 9745 section 2: since when, in seconds since 1970; aliases have been no more than that from the beginning.
    private static let deprecation = "@1795132800"

    private func headers(_ successor: String) -> [(name: String, value: String)] {
        [("Deprecation", Self.deprecation), ("Link", "<\(successor)>; rel=\"successor-version\"")]
    }

    private func marked(_ response: HTTPResponse, _ successor: String) -> HTTPResponse {
        var response = response
        for header in headers(successor) { response.headers.add(header.name, header.value) }
        return response
    }

    private func marked(_ error: APIError, _ successor: String) -> APIError {
        var error = error
        error.headers += headers(successor)
        return error
    }
}
