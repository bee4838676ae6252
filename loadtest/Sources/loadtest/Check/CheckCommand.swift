import Glibc

/// `loadtest check`: holds histories against the rules.
struct CheckCommand: Equatable {
    var files: [String] = []
    /// Fewer acknowledged messages make a history that proves nothing.
    var acksMin = 1_000
    /// Likewise: messages without an outcome, which every fault leaves.
    var unknownMin = 0

    static let usage = "loadtest check FILE... [--acks-min 1000] [--unknown-min 0]"
    /// Violations of one rule that are told; their number is told in any case.
    private static let toldMax = 10

    init(arguments: [String]) throws(UsageError) {
        var rest = arguments[...]
        while let word = rest.popFirst() {
            guard word.hasPrefix("--") else {
                files.append(word)
                continue
            }
            guard let value = rest.popFirst().flatMap({ Int($0) }), value >= 0 else {
                throw UsageError("\(word) wants a number")
            }
            switch word {
            case "--acks-min": acksMin = value
            case "--unknown-min": unknownMin = value
            default: throw UsageError("no option is called \(word)")
            }
        }
        guard !files.isEmpty else { throw UsageError("check wants the files of a history") }
    }

    func run() throws(Failure) -> Int32 {
        var history = History()
        for file in files {
            guard let bytes = File.read(file) else { throw Failure("\(file): \(Failure.words(errno))") }
            history.add(file: bytes.span)
        }
        let verdict = Self.verdict(of: history, acksMin: acksMin, unknownMin: unknownMin)
        File.write(verdict.text, to: STDOUT_FILENO)
        return verdict.isGood ? 0 : 1
    }

    /// The table of the rules, and whether all of them hold of a history that is worth it.
    static func verdict(of history: History, acksMin: Int, unknownMin: Int) -> (isGood: Bool, text: String) {
        let acks = history.acknowledgedCount, unknown = history.unknownCount
        let deliveries = history.hearings.values.reduce(0) { $0 + $1.count }
        var text = "acknowledged \(acks)\nunknown \(unknown)\ndeliveries \(deliveries)\n"
        text += "pages \(history.pages.count)\nchannels \(history.logs.count)\n"
        var isGood = true
        for rule in Rule.all {
            let violations = rule.violations(history)
            text +=
                "\(rule.name) \(violations.isEmpty ? "ok" : "VIOLATED \(violations.count) times"): \(rule.promise)\n"
            for violation in violations.prefix(toldMax) { text += "    \(violation)\n" }
            if !violations.isEmpty { isGood = false }
        }
        if acks < acksMin {
            text += "TRIVIAL: \(acks) messages were acknowledged, \(acksMin) are needed\n"
            isGood = false
        }
        if unknown < unknownMin {
            text += "TRIVIAL: \(unknown) messages had no outcome, \(unknownMin) are needed: no fault came in time\n"
            isGood = false
        }
        return (isGood, text)
    }
}
