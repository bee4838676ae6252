import Base
import Courses
import Testing

@Suite("Exact numbers") struct ExactNumberTests {
    @Test(arguments: [
        ("0", "0"), ("-0", "0"), ("0.50", "0.5"), ("-1.25", "-1.25"), ("602e3", "602000"),
        ("6.02E+23", "602" + zeros(21)),
        ("1e-3", "0.001"), ("100", "100"), ("1e-30", "0." + zeros(29) + "1"), ("9e29", "9" + zeros(29)),
        ("0e999", "0"),
    ])
    func `are read as JSON writes them and written plainly`(text: String, plain: String) {
        #expect(ExactNumber(text)?.description == plain)
        #expect(ExactNumber(plain)?.description == plain)
    }

    @Test(arguments: [
        "", "-", ".5", "5.", "01", "+1", "1e", "1e+", "1e1000", "NaN", "0x1", "1 ", "1e30", "1e-31", "--1", "1,5",
        String(repeating: "9", count: 200),
    ])
    func `are nothing else`(text: String) { #expect(ExactNumber(text) == nil) }

    @Test func `lie within a distance up to its very end`() {
        func isWithin(_ one: String, _ distance: String, _ other: String) -> Bool? {
            guard let one = ExactNumber(one), let distance = ExactNumber(distance), let other = ExactNumber(other)
            else {
                return nil
            }
            return one.isWithin(distance, of: other)
        }
        // In binary, 0.1 + 0.2 is further from 0.3 than nothing.
        #expect(isWithin("0.3", "0", "0.30") == true)
        #expect(isWithin("9.80", "0.01", "9.81") == true)
        #expect(isWithin("9.82", "0.01", "9.81") == true)
        #expect(isWithin("9.8200000000000000000000000001", "0.01", "9.81") == false)
        #expect(isWithin("-1", "2", "1") == true)
        #expect(isWithin("-1", "1.999", "1") == false)
        #expect(isWithin("999999999999999999999999999999", "1", "-999999999999999999999999999999") == false)
    }

    @Test func `are as far apart as whole numbers are`() {
        var random = RandomSource(seed: 5)
        for _ in 1...2_000 {
            let one = Int64.random(in: -50...50, using: &random), other = Int64.random(in: -50...50, using: &random)
            let distance = Int64.random(in: 0...60, using: &random)
            guard let left = ExactNumber("\(one)"), let right = ExactNumber("\(other)"),
                let far = ExactNumber("\(distance)")
            else {
                Issue.record("whole numbers are numbers")
                return
            }
            #expect(left.isWithin(far, of: right) == (abs(one - other) <= distance))
        }
    }
}

private func zeros(_ count: Int) -> String { String(repeating: "0", count: count) }
