extension Rule {
    /// What a client noticed by itself: an answer that it cannot make sense of, a command refused that never may be.
    static let nothingOdd = Rule(name: "R13", promise: "the server says nothing that it must never say") { history in
        var violations = history.oddities.map { "user \($0.who) at \($0.time): \($0.code)" }
        if history.brokenLines > 0 { violations.append("\(history.brokenLines) lines cannot be read") }
        return violations
    }
}
