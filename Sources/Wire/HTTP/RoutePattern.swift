/// A path with named gaps, such as `/api/v1/channels/{cid}/messages`, or with a gap of any depth at its end, such as
/// `/{path...}`.
public struct RoutePattern: Sendable, Hashable, ExpressibleByStringLiteral {
    enum Segment: Sendable, Hashable {
        case literal(String)
        case parameter(String)
        /// Whatever follows, also nothing.
        case rest(String)
    }

    let segments: [Segment]

    /// Begins with `/`; a segment in braces is a parameter, and with `...` behind its name all that follows. A
    /// malformed template is the programmer's error.
    public init(_ template: String) {
        precondition(template.hasPrefix("/"), "a route pattern begins with a slash: \(template)")
        segments = template.dropFirst().split(separator: "/").map { segment in
            guard segment.hasPrefix("{"), segment.hasSuffix("}") else {
                precondition(!segment.contains { "{}".contains($0) }, "a parameter is a whole segment: \(template)")
                return .literal(String(segment))
            }
            let name = segment.dropFirst().dropLast()
            return name.hasSuffix("...") ? .rest(String(name.dropLast(3))) : .parameter(String(name))
        }
        precondition(!segments.dropLast().contains(where: \.isRest), "something follows the rest: \(template)")
        precondition(Set(parameterNames).count == parameterNames.count, "a parameter is named twice: \(template)")
    }

    public init(stringLiteral template: String) { self.init(template) }

    /// In the order of their segments.
    var parameterNames: [String] {
        segments.compactMap { segment in
            switch segment {
            case .literal: nil
            case .parameter(let name), .rest(let name): name
            }
        }
    }

    /// What stands in the gaps, by name; `nil` when the path is another one. Segments are as `HTTPRequestHead` has
    /// them.
    public func match(_ path: [String]) -> [String: String]? {
        let fixedCount = segments.last?.isRest == true ? segments.count - 1 : segments.count
        guard path.count == fixedCount || path.count > fixedCount && fixedCount < segments.count else { return nil }
        var parameters: [String: String] = [:]
        for (index, segment) in segments.enumerated() {
            switch segment {
            case .literal(let text): guard text == path[index] else { return nil }
            case .parameter(let name): parameters[name] = path[index]
            case .rest(let name): parameters[name] = path[index...].joined(separator: "/")
            }
        }
        return parameters
    }
}

extension RoutePattern.Segment {
    var isRest: Bool { if case .rest = self { true } else { false } }
}
