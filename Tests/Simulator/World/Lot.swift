import Base

/// Choices of which some come more often than others.
struct Lot<Choice: Sendable>: Sendable {
    private let choices: [(choice: Choice, weight: Int)]
    private let total: Int

    /// - Parameter weights: none below 0, and one at least above it.
    init(_ weights: [(Choice, Int)]) {
        choices = weights.map { (choice: $0.0, weight: $0.1) }
        total = weights.reduce(0) { $0 + $1.1 }
        precondition(total > 0, "nothing can be drawn")
    }

    func draw(using random: inout RandomSource) -> Choice {
        var left = Int.random(in: 0..<total, using: &random)
        for (choice, weight) in choices {
            if left < weight { return choice }
            left -= weight
        }
        preconditionFailure("a lot has an end")
    }

    /// The same choices, each more or less often than usual.
    /// - Parameter factors: of which a choice gets one; with 0 it is none any more.
    func tilted(using random: inout RandomSource, by factors: (Choice) -> [Int]) -> Lot {
        let tilted = choices.map { choice, weight in
            let some = factors(choice)
            return (choice, weight * some[Int.random(in: 0..<some.count, using: &random)])
        }
        return tilted.contains { $0.1 > 0 } ? Lot(tilted) : self
    }
}
