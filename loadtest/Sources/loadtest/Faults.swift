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

    var isNone: Bool {
        lost + duplicated + reordered + overtaken + unanswered == 0 && errors.isEmpty
    }

    mutating func count(_ code: String) { errors[code, default: 0] += 1 }

    var errorsByCode: [(code: String, count: Int)] {
        errors.sorted { $0.key < $1.key }.map { (code: $0.key, count: $0.value) }
    }

    var errorsText: String {
        errors.isEmpty ? "none" : errorsByCode.map { "\($0.code) ×\($0.count)" }.joined(separator: ", ")
    }
}
