import Testing

/// In a suite of its own, so that builds that are slow by themselves can leave it out.
@Suite("Time of fuzz corpora") struct CorpusTimeTests {
    /// The thread's own time and the best of three, so that neither other programs nor a first page fault count.
    @Test(arguments: FuzzTarget.all) func `no input takes long`(target: FuzzTarget) throws {
        let inputs = Corpus.inputs(of: target.name)
        try #require(!inputs.isEmpty, "Fuzz/corpora/\(target.name) is missing or empty")
        for input in inputs {
            var best = Double.infinity
            for _ in 1...3 where best > FuzzTarget.millisecondsMax {
                best = min(best, try target.milliseconds(input.bytes))
            }
            #expect(best <= FuzzTarget.millisecondsMax, "\(target.name)/\(input.name)")
        }
    }

    @Test func `time that is spent is seen`() throws {
        let target = FuzzTarget("slow", bytesMax: 1) { _ throws(BrokenPromise) in
            var random = SystemRandomNumberGenerator()
            var sum: UInt64 = 0
            for _ in 0..<100_000 { sum &+= random.next() }
            try promise(sum != 1, "a sum of chance is any number")
        }
        #expect(try target.milliseconds([]) > 1)
    }
}
