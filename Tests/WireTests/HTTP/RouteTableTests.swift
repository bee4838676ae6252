import Testing
import Wire

@Suite("Routes") struct RouteTableTests {
    let table = RouteTable<String>([
        (.get, "/", "root"), (.get, "/channels/{cid}", "channel"), (.delete, "/channels/{cid}", "leave"),
        (.get, "/channels/search", "search"), (.post, "/channels/{id}/messages", "send"),
        (.get, "/channels/search/{term}", "term"), (.head, "/files/{fid}", "probe"), (.get, "/files/{fid}", "file"),
        (.options, "/files/{fid}", "ask"),
    ])

    /// The outcome in words: a route with its parameters, or what is allowed.
    func lookup(_ method: HTTPMethod, _ segments: [String]) -> String {
        switch table.lookup(method, segments) {
        case .found(let value, let parameters):
            ([value] + parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }).joined(separator: " ")
        case .methodNotAllowed(let allowed): "allowed " + allowed.map(\.rawValue).joined(separator: ",")
        case .notFound: "not found"
        }
    }

    @Test(
        arguments: [
            (.get, [], "root"), (.get, ["channels", "7"], "channel cid=7"),
            (.delete, ["channels", "7"], "leave cid=7"),
            (.get, ["channels", "search"], "search"), (.post, ["channels", "7", "messages"], "send id=7"),
            (.post, ["channels", "search", "messages"], "allowed GET,HEAD,OPTIONS"),
            (.get, ["channels", "search", "x"], "term term=x"), (.head, ["channels", "7"], "channel cid=7"),
            (.head, ["files", "7"], "probe fid=7"), (.put, ["files", "7"], "allowed GET,HEAD,OPTIONS"),
            (.options, ["files", "7"], "ask fid=7"), (.options, ["channels", "7"], "allowed GET,HEAD,DELETE,OPTIONS"),
            (.post, ["channels"], "not found"), (.get, ["channels", "7", "x"], "not found"),
            (.get, ["{cid}"], "not found"),
            (.get, [String](repeating: "a", count: 5000), "not found"),
        ] as [(HTTPMethod, [String], String)])
    func `finds what answers`(method: HTTPMethod, segments: [String], outcome: String) {
        #expect(lookup(method, segments) == outcome)
    }

    @Test func `turns back from a literal that leads nowhere`() {
        let table = RouteTable([(.get, "/a/b/c", 1), (.get, "/a/{x}/{y}", 2), (.get, "/{z}/b/d", 3)])
        guard case .found(2, let parameters) = table.lookup(.get, ["a", "b", "d"]) else {
            Issue.record("the parameters' route was not found")
            return
        }
        #expect(parameters == ["x": "b", "y": "d"])
    }

    @Test func `matches a single pattern`() {
        let pattern = RoutePattern("/api/{a}/x/{b}")
        #expect(pattern.match(["api", "1", "x", "2"]) == ["a": "1", "b": "2"])
        #expect(pattern.match(["api", "1", "y", "2"]) == nil)
        #expect(pattern.match(["api", "1", "x"]) == nil)
        #expect(RoutePattern("/").match([]) == [:])
    }

    @Test(
        arguments: [
            ([], "page path="), (["a"], "page path=a"), (["a", "b.js"], "page path=a/b.js"),
            (["api", "v1", "users"], "users"), (["api", "v1", "nothing"], "not found"), (["api"], "not found"),
            (["api", "v1", "users", "x"], "not found"), (["files", "7"], "file id=7"),
            (["files", "7", "a", "b"], "inside id=7 path=a/b"), (["files"], "not found"),
            (["deep", "x"], "deep path=x"), (["deep"], "deep path="),
        ] as [([String], String)])
    func `a rest takes what no other route begins with`(segments: [String], outcome: String) {
        let table = RouteTable([
            (.get, "/{path...}", "page"), (.get, "/api/v1/users", "users"), (.get, "/files/{id}", "file"),
            (.get, "/files/{id}/{path...}", "inside"), (.get, "/deep/{path...}", "deep"),
        ])
        let found =
            switch table.lookup(.get, segments) {
            case .found(let value, let parameters):
                ([value] + parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" })
                    .joined(separator: " ")
            case .methodNotAllowed: "not allowed"
            case .notFound: "not found"
            }
        #expect(found == outcome)
    }

    @Test func `matches a rest of any depth`() {
        let pattern = RoutePattern("/a/{path...}")
        #expect(pattern.match(["a"]) == ["path": ""])
        #expect(pattern.match(["a", "b", "c"]) == ["path": "b/c"])
        #expect(pattern.match(["b"]) == nil && pattern.match([]) == nil)
    }
}
