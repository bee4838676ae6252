import Base
import Testing

@Suite("Chance") struct RandomSourceTests {
    private func numbers(of source: RandomSource) -> [UInt64] {
        var source = source
        return (0..<8).map { _ in source.next() }
    }

    @Test func `a fork of a seed is always the same, and is neither its origin nor the next fork`() {
        var one = RandomSource(seed: 7), other = RandomSource(seed: 7)
        let forks = [one.fork(), one.fork()]
        #expect(numbers(of: forks[0]) == numbers(of: other.fork()))
        #expect(numbers(of: forks[0]) != numbers(of: forks[1]))
        #expect(numbers(of: one) != numbers(of: forks[0]))
    }

    @Test func `a fork of the system's chance is no seed's`() {
        var system = RandomSource.system
        #expect(numbers(of: system.fork()) != numbers(of: system.fork()))
    }
}
