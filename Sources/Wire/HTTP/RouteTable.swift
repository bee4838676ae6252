/// Finds what answers a method and a path. A trie on path segments: the cost of a lookup grows with the path, not with
/// the number of routes.
public struct RouteTable<Value: Sendable>: Sendable {
    public enum Outcome: Sendable {
        case found(Value, parameters: [String: String])
        /// The path is known, the method is not among those it allows (RFC 9110 section 15.5.6).
        case methodNotAllowed(allowed: [HTTPMethod])
        case notFound
    }

    private struct Route: Sendable {
        var value: Value
        /// Routes through the same gap may call it differently.
        var parameterNames: [String]
    }

    private struct Node: Sendable {
        var literals: [String: Int] = [:]
        var parameter: Int?
        /// Takes what no other child does, however deep.
        var rest: Int?
        var routes: [HTTPMethod: Route] = [:]
    }

    /// The root is first; the others are named by their place.
    private var nodes = [Node()]

    /// Two routes for one method and path are the programmer's error.
    public init(_ routes: [(HTTPMethod, RoutePattern, Value)]) {
        for (method, pattern, value) in routes {
            var index = 0
            for segment in pattern.segments { index = child(of: index, for: segment) }
            precondition(nodes[index].routes[method] == nil, "a route is defined twice: \(method.rawValue) \(pattern)")
            nodes[index].routes[method] = Route(value: value, parameterNames: pattern.parameterNames)
        }
    }

    /// Literal segments win over parameters, and those over a rest. A rest takes nothing that begins with the literal
    /// of another route: what is unknown below `/api` stays unknown though `/{path...}` is there. HEAD is answered by
    /// GET's route where it has none of its own (RFC 9110 section 9.3.2).
    public func lookup(_ method: HTTPMethod, _ segments: [String]) -> Outcome {
        var gaps: [String] = []
        guard let node = find(segments[...], from: 0, gaps: &gaps) else { return .notFound }
        guard let route = node.routes[method] ?? (method == .head ? node.routes[.get] : nil) else {
            return .methodNotAllowed(allowed: allowedMethods(of: node))
        }
        return .found(
            route.value, parameters: Dictionary(uniqueKeysWithValues: zip(route.parameterNames, gaps)))
    }

    private mutating func child(of index: Int, for segment: RoutePattern.Segment) -> Int {
        let known =
            switch segment {
            case .literal(let text): nodes[index].literals[text]
            case .parameter: nodes[index].parameter
            case .rest: nodes[index].rest
            }
        if let known { return known }
        nodes.append(Node())
        let added = nodes.count - 1
        switch segment {
        case .literal(let text): nodes[index].literals[text] = added
        case .parameter: nodes[index].parameter = added
        case .rest: nodes[index].rest = added
        }
        return added
    }

    /// Goes no deeper than the trie, and visits each of its nodes at most once.
    private func find(_ segments: ArraySlice<String>, from index: Int, gaps: inout [String]) -> Node? {
        let node = nodes[index]
        guard let segment = segments.first else {
            return node.routes.isEmpty ? rest(of: node, segments, gaps: &gaps) : node
        }
        if let literal = node.literals[segment],
            let found = find(segments.dropFirst(), from: literal, gaps: &gaps)
        {
            return found
        }
        if let parameter = node.parameter {
            gaps.append(segment)
            if let found = find(segments.dropFirst(), from: parameter, gaps: &gaps) { return found }
            gaps.removeLast()
        }
        return node.literals[segment] == nil ? rest(of: node, segments, gaps: &gaps) : nil
    }

    private func rest(of node: Node, _ segments: ArraySlice<String>, gaps: inout [String]) -> Node? {
        guard let rest = node.rest else { return nil }
        gaps.append(segments.joined(separator: "/"))
        return nodes[rest]
    }

    private func allowedMethods(of node: Node) -> [HTTPMethod] {
        HTTPMethod.allCases.filter { method in
            node.routes[method] != nil || method == .options || method == .head && node.routes[.get] != nil
        }
    }
}
