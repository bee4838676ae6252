/// A path with named gaps, such as `/api/v1/channels/{cid}/messages`.
public struct RoutePattern: Sendable, Hashable, ExpressibleByStringLiteral {
    enum Segment: Sendable, Hashable {
        case literal(String)
        case parameter(String)
    }

    let segments: [Segment]

    /// Begins with `/`; a segment in braces is a parameter. A malformed template is the programmer's error.
    public init(_ template: String) {
        precondition(template.hasPrefix("/"), "a route pattern begins with a slash: \(template)")
        segments = template.dropFirst().split(separator: "/").map { segment in
            guard segment.hasPrefix("{"), segment.hasSuffix("}") else {
                precondition(!segment.contains { "{}".contains($0) }, "a parameter is a whole segment: \(template)")
                return .literal(String(segment))
            }
            return .parameter(String(segment.dropFirst().dropLast()))
        }
        precondition(Set(parameterNames).count == parameterNames.count, "a parameter is named twice: \(template)")
    }

    public init(stringLiteral template: String) { self.init(template) }

    /// In the order of their segments.
    var parameterNames: [String] {
        segments.compactMap { segment in
            if case .parameter(let name) = segment { name } else { nil }
        }
    }

    /// What stands in the gaps, by name; `nil` when the path is another one. Segments are as `HTTPRequestHead` has
    /// them.
    public func match(_ path: [String]) -> [String: String]? {
        guard path.count == segments.count else { return nil }
        var parameters: [String: String] = [:]
        for (segment, part) in zip(segments, path) {
            switch segment {
            case .literal(let text): guard text == part else { return nil }
            case .parameter(let name): parameters[name] = part
            }
        }
        return parameters
    }
}
