/// What a figure must be, as in `reply_p99_ms<20`; a stage's own as in `spike.reply_p99_ms<200`.
struct Requirement: Equatable {
    enum Sign: String { case atMost = "<=", atLeast = ">=", less = "<", more = ">", equal = "=" }

    var figure: String
    var sign: Sign
    var bound: Double

    init(_ text: String) throws(UsageError) {
        // The longer signs first: each begins with a shorter one.
        for sign in [Sign.atMost, .atLeast, .less, .more, .equal] {
            let bytes = Array(text.utf8), mark = Array(sign.rawValue.utf8)
            guard
                let start = bytes.indices.first(where: { bytes[$0...].starts(with: mark) }),
                case let name = ScenarioFile.trimmed(Substring(decoding: bytes[..<start], as: UTF8.self)),
                case let number = ScenarioFile.trimmed(
                    Substring(decoding: bytes[(start + mark.count)...], as: UTF8.self)),
                let bound = Double(number), bound.isFinite, !name.isEmpty, !name.contains(" ")
            else { continue }
            (figure, self.sign, self.bound) = (name, sign, bound)
            return
        }
        throw UsageError("a requirement is like reply_p99_ms<20, not \(text)")
    }

    /// What was not measured is not held.
    func isHeld(by value: Double?) -> Bool {
        guard let value else { return false }
        return switch sign {
        case .atMost: value <= bound
        case .atLeast: value >= bound
        case .less: value < bound
        case .more: value > bound
        case .equal: value == bound
        }
    }

    var text: String {
        let number = bound == bound.rounded() && bound.magnitude < 1e15 ? "\(Int(bound))" : "\(bound)"
        return "\(figure) \(sign.rawValue) \(number)"
    }
}
