/// What went wrong, counted. A run is good only when all of it is zero.
struct Faults {
    /// A message that was answered and never reached a member, once for each such member.
    var lost = 0
    /// A message that reached a member again.
    var duplicated = 0
    /// A message whose number was not its predecessor's plus one.
    var reordered = 0
    /// An event that came before the reply to the command that caused it.
    var overtaken = 0
    /// A message that was never answered.
    var unanswered = 0
    /// Refusals and broken connections by code.
    private(set) var errors: [String: Int] = [:]

    var isNone: Bool { total == 0 }

    var total: Int {
        lost + duplicated + reordered + overtaken + unanswered + errors.values.reduce(0, +)
    }

    mutating func count(_ code: String) { errors[code, default: 0] += 1 }

    /// What another process saw.
    mutating func add(_ other: Faults) {
        lost += other.lost
        duplicated += other.duplicated
        reordered += other.reordered
        overtaken += other.overtaken
        unanswered += other.unanswered
        errors.merge(other.errors, uniquingKeysWith: +)
    }

    /// As a worker tells of them.
    var pairs: String {
        "lost=\(lost) duplicated=\(duplicated) reordered=\(reordered) overtaken=\(overtaken) unanswered=\(unanswered)"
            + " errors=" + errorsByCode.map { "\(WordLine.oneWord($0.code)):\($0.count)" }.joined(separator: ",")
    }

    init() {}

    init(_ line: WordLine) {
        lost = line.number("lost")
        duplicated = line.number("duplicated")
        reordered = line.number("reordered")
        overtaken = line.number("overtaken")
        unanswered = line.number("unanswered")
        for entry in line.list("errors") {
            let parts = entry.split(separator: ":")
            if parts.count == 2, let count = Int(parts[1]) { errors[String(parts[0])] = count }
        }
    }

    var errorsByCode: [(code: String, count: Int)] {
        errors.sorted { $0.key < $1.key }.map { (code: $0.key, count: $0.value) }
    }

    var errorsText: String {
        errors.isEmpty ? "none" : errorsByCode.map { "\($0.code) ×\($0.count)" }.joined(separator: ", ")
    }
}
