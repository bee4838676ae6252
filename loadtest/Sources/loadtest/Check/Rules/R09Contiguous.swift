extension Rule {
    /// R9.
    static let contiguous = Rule(
        name: "R9", promise: "a socket hears every place of a log once and in order, from where it began"
    ) { history in
        history.hearings.flatMap { ear, entries in
            var violations: [String] = []
            var last: Int?
            for entry in entries {
                if entry.operation == .sub {
                    last = entry.seq
                    continue
                }
                let socket = "socket \(ear.socket) of user \(ear.user)"
                if let last, entry.seq != last + 1 {
                    violations.append("\(socket) went from \(last) to \(entry.seq) of channel \(ear.channel)")
                } else if last == nil {
                    violations.append("\(socket) heard \(entry.seq) of channel \(ear.channel), and began nowhere")
                }
                last = max(entry.seq, entry.lastSeq)
            }
            return violations
        }
    }
}
