import Base
import Testing
import Wire

@Suite("Preconditions") struct PreconditionsTests {
    /// Sun, 06 Nov 1994 08:49:37 GMT, and some milliseconds that Last-Modified does not say.
    private static let current = Validators(tag: EntityTag("a"), modified: Timestamp(milliseconds: 784_111_777_900))
    private static let now = Timestamp(milliseconds: 1_795_205_528_000)
    private static let same = "Sun, 06 Nov 1994 08:49:37 GMT", earlier = "Sun, 06 Nov 1994 08:49:36 GMT"
    private static let later = "Sun, 06 Nov 1994 08:49:38 GMT"

    private func conditions(_ fields: [(String, String)]) -> Preconditions {
        Preconditions(HTTPHeaders(fields), now: Self.now)
    }

    static let table: [([(String, String)], get: Preconditions.Verdict, put: Preconditions.Verdict)] = [
        ([], .goOn, .goOn),
        // If-Match compares strongly.
        ([("if-match", "\"a\"")], .goOn, .goOn), ([("if-match", "*")], .goOn, .goOn),
        ([("if-match", "W/\"a\"")], .failed, .failed), ([("if-match", "\"b\"")], .failed, .failed),
        ([("if-match", "nonsense")], .failed, .failed), ([("if-match", "\"b\", \"a\"")], .goOn, .goOn),
        ([("if-match", "\"b\""), ("if-match", "\"a\"")], .goOn, .goOn),
        // It goes before If-Unmodified-Since.
        ([("if-match", "\"a\""), ("if-unmodified-since", earlier)], .goOn, .goOn),
        ([("if-match", "\"b\""), ("if-unmodified-since", later)], .failed, .failed),
        ([("if-unmodified-since", earlier)], .failed, .failed), ([("if-unmodified-since", same)], .goOn, .goOn),
        ([("if-unmodified-since", later)], .goOn, .goOn), ([("if-unmodified-since", "yesterday")], .goOn, .goOn),
        // If-None-Match compares weakly.
        ([("if-none-match", "\"a\"")], .notModified, .failed), ([("if-none-match", "W/\"a\"")], .notModified, .failed),
        ([("if-none-match", "*")], .notModified, .failed), ([("if-none-match", "\"b\"")], .goOn, .goOn),
        ([("if-none-match", "\"x,y\", \"a\"")], .notModified, .failed),
        ([("if-none-match", "nonsense")], .goOn, .goOn),
        // It goes before If-Modified-Since, which is for reading only.
        ([("if-none-match", "\"b\""), ("if-modified-since", same)], .goOn, .goOn),
        ([("if-none-match", "\"a\""), ("if-modified-since", earlier)], .notModified, .failed),
        ([("if-modified-since", same)], .notModified, .goOn), ([("if-modified-since", later)], .notModified, .goOn),
        ([("if-modified-since", earlier)], .goOn, .goOn), ([("if-modified-since", "0")], .goOn, .goOn),
        ([("if-modified-since", same), ("if-modified-since", same)], .goOn, .goOn),
        // Both pairs may hold.
        ([("if-match", "\"a\""), ("if-none-match", "\"a\"")], .notModified, .failed),
        ([("if-match", "\"b\""), ("if-none-match", "\"a\"")], .failed, .failed),
        ([("if-unmodified-since", same), ("if-modified-since", same)], .notModified, .goOn),
    ]

    @Test(arguments: table.indices) func `are judged in their order`(index: Int) {
        let row = Self.table[index], conditions = conditions(row.0)
        #expect(conditions.verdict(on: .get, Self.current) == row.get, "\(row.0)")
        #expect(conditions.verdict(on: .head, Self.current) == row.get, "\(row.0)")
        #expect(conditions.verdict(on: .put, Self.current) == row.put, "\(row.0)")
    }

    @Test func `are judged by what is known`() {
        let unknown = Validators()
        #expect(conditions([("if-match", "\"a\"")]).verdict(on: .get, unknown) == .failed)
        #expect(conditions([("if-none-match", "\"a\"")]).verdict(on: .get, unknown) == .goOn)
        for name in ["if-modified-since", "if-unmodified-since"] {
            #expect(conditions([(name, Self.same)]).verdict(on: .get, unknown) == .goOn)
        }
    }

    @Test(arguments: [
        ("\"a\"", true), ("W/\"a\"", false), ("\"b\"", false), (same, true), (earlier, false), (later, false),
        ("Sunday, 06-Nov-94 08:49:37 GMT", true), ("\"a\", \"b\"", false), ("*", false), ("", false), ("a", false),
    ])
    func `let a range be taken of the very same only`(value: String, isAllowed: Bool) {
        let conditions = conditions([("if-range", value)])
        #expect(conditions.allowsRange(of: Self.current) == isAllowed)
        #expect(conditions.namesTag(of: Self.current) == (value == "\"a\""))
        #expect(!conditions.allowsRange(of: Validators(tag: EntityTag("a", isWeak: true))))
    }

    @Test func `take no date for proof that lies within the present second`() {
        let conditions = Preconditions(
            HTTPHeaders([("if-range", Self.same)]), now: Timestamp(milliseconds: 784_111_777_950))
        #expect(!conditions.allowsRange(of: Self.current))
    }
}
