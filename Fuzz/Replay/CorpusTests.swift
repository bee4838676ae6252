import Testing

extension FuzzTarget: CustomTestStringConvertible {
    var testDescription: String { name }
}

/// What fuzzing found once, and the shapes it began with, on every run of the tests.
@Suite("Fuzz corpora") struct CorpusTests {
    @Test(arguments: FuzzTarget.all) func `every input is survived, and every promise kept`(target: FuzzTarget) throws {
        let inputs = Corpus.inputs(of: target.name)
        try #require(!inputs.isEmpty, "Fuzz/corpora/\(target.name) is missing or empty")
        for input in inputs {
            do throws(BrokenPromise) {
                try target.check(input.bytes)
            } catch {
                Issue.record("\(target.name)/\(input.name): \(error)")
            }
        }
    }

    @Test(arguments: FuzzTarget.all) func `an input is no larger than what is fuzzed`(target: FuzzTarget) {
        for input in Corpus.inputs(of: target.name) {
            #expect(input.bytes.count <= target.bytesMax, "\(target.name)/\(input.name)")
        }
    }

    @Test func `targets have names of their own, and there is no folder without one`() {
        #expect(Corpus.targets == FuzzTarget.all.map(\.name).sorted())
    }

    @Test func `a broken promise is told`() {
        let target = FuzzTarget("broken", bytesMax: 1) { input throws(BrokenPromise) in
            try promise(input.isEmpty, "an input is empty")
        }
        #expect(throws: Never.self) { try target.check([]) }
        #expect(throws: BrokenPromise.self) { try target.check([1]) }
        #expect(throws: BrokenPromise.self) { try target.milliseconds([1]) }
    }
}
