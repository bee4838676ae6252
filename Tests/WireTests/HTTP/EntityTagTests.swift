import Testing
import Wire

@Suite("Entity tags") struct EntityTagTests {
    private static let a = EntityTag("a"), weak = EntityTag("a", isWeak: true), b = EntityTag("b")

    @Test(
        arguments: [
            ("*", .any), (" * ", .any), ("\"a\"", .tags([a])), ("W/\"a\"", .tags([weak])),
            ("\"a\", \"b\"", .tags([a, b])), ("\"a\",W/\"a\",,\"b\" ,", .tags([a, weak, b])),
            ("\"a,b\"", .tags([EntityTag("a,b")])), ("\"\"", .tags([EntityTag("")])),
            ("\"é\"", .tags([EntityTag("é")])),
            // What is no tag ends the list.
            ("", .tags([])), ("a", .tags([])), ("\"a", .tags([])), ("\"a\" \"b\"", .tags([])), ("w/\"a\"", .tags([])),
            ("\"a b\"", .tags([])), ("\"a\", b, \"b\"", .tags([a])), ("*, \"a\"", .tags([])),
            ("\"a\", *", .tags([a])),
        ] as [(String, EntityTagList)])
    func `are read from a list`(text: String, list: EntityTagList) {
        #expect(EntityTagList(text) == list)
    }

    @Test(arguments: ["*", "", "a", "\"a\",", "\"a\",\"b\"", " \"a\"", "\"a\"x"])
    func `stand alone where there is to be one`(text: String) {
        #expect(EntityTag(parsing: text) == nil)
    }

    @Test func `are compared strongly or weakly`() {
        #expect(Self.a.isSame(as: Self.a) && !Self.a.isSame(as: Self.weak) && !Self.weak.isSame(as: Self.weak))
        #expect(Self.a.isEquivalent(to: Self.weak) && Self.weak.isEquivalent(to: Self.weak))
        #expect(!Self.a.isEquivalent(to: Self.b))
        #expect(Self.a.ofVariant("gzip") == EntityTag("a-gzip") && Self.a.ofVariant("gzip").description == "\"a-gzip\"")
        #expect(EntityTag(parsing: Self.weak.description) == Self.weak)
    }
}
