import Base
import Testing

@testable import Channels

@Suite("What is searched for") struct SearchQueryTests {
    private func outline(_ text: String) throws -> [String] {
        let query = try SearchQuery(text, within: Limits())
        let phrases = query.phrases.map { phrase in
            phrase.terms.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
                + (phrase.isPrefix ? "*" : "")
        }
        return phrases + query.tags.map { "#" + String(decoding: $0, as: UTF8.self) }
    }

    @Test(arguments: [
        ("hello world", ["hello", "world"]), ("\"hello  World\" x", ["hello world", "x"]), ("hel*", ["hel*"]),
        ("\"an open end", ["an open end"]), ("e-mail", ["e mail"]), ("#Swift text", ["text", "#swift"]),
        ("世界", ["世界"]), ("世界*", ["世界"]), ("猫", ["猫*"]), ("我们明天", ["我们 们明 明天"]),
        ("\"使用 Swift\"", ["使用 用 swift"]), ("swift语", ["swift 语*"]), ("a\u{3000}b", ["a", "b"]),
        ("x\"y z\"w", ["x", "y z", "w"]),
    ])
    func `is words, phrases, beginnings and tags`(text: String, outline: [String]) throws {
        #expect(try self.outline(text) == outline)
    }

    /// Everything that the language of FTS5 or of SQL could take for its own.
    @Test(arguments: [
        "\"", "\"\"", "\"\"\"", "*", "**", "\"*\"", "a AND", "OR", "NOT NOT", "NEAR(a b, 5)", "text:a", "^a", "a + b",
        "(a", "a)", "{a b}:c", "-a", "'; DROP TABLE journal; --", "a\u{0}b", "\u{1}c1", "\u{2}x", "\u{3}x", "\u{4}x y",
        "#", "##", "#\"", "#a\"b\"", "\\", "%_%", "\u{FEFF}", "\u{202E}abc", "a*b*", "\"a\"*", "…", "🍕", "ﷺ",
        "\u{10FFFF}", "\u{FFFD}", "İ", "ǅ", "\u{301}", "世\u{301}界", "\r\n\t", "x\u{200B}y",
    ])
    func `is never an error of syntax`(text: String) throws {
        let query = try SearchQuery(text, within: Limits())
        for term in query.phrases.flatMap(\.terms) + query.tags {
            #expect(!term.isEmpty && !term.contains { $0 <= 0x20 || $0 == 0x22 })
        }
        _ = SearchMatch.ranges(of: query.phrases, in: Array(text.utf8))
    }

    @Test func `is bounded in its length and in its words`() throws {
        var limits = Limits()
        limits.searchQueryBytesMax = 20
        limits.searchTermsMax = 3
        #expect(throws: Rejection.self) { try SearchQuery(String(repeating: "x", count: 21), within: limits) }
        #expect(throws: Rejection.self) { try SearchQuery("a b c d", within: limits) }
        #expect(throws: Rejection.self) { try SearchQuery("世界你好世", within: limits) }
        #expect(try SearchQuery("a b c", within: limits).phrases.count == 3)
    }

    @Test func `is nothing where nothing of it can be found`() throws {
        #expect(try SearchQuery("!!!", within: Limits()).isVain)
        #expect(try SearchQuery("", within: Limits()).isEmpty)
        #expect(try !SearchQuery("x", within: Limits()).isVain)
    }
}

@Suite("What is found in a text") struct SearchMatchTests {
    /// The parts of a text that match, between brackets; `nil` when it is not what was looked for.
    private func marked(_ asked: String, in text: String) throws -> String? {
        let bytes = Array(text.utf8)
        guard let ranges = SearchMatch.ranges(of: try SearchQuery(asked, within: Limits()).phrases, in: bytes) else {
            return nil
        }
        return Snippet(of: bytes, ranges).pieces.map { $0.isMatch ? "[\($0.text)]" : $0.text }.joined()
    }

    @Test(arguments: [
        ("world", "Hello, World!", "Hello, [World]!"), ("hello world", "world, hello", "[world], [hello]"),
        ("\"hello world\"", "Hello, world", "[Hello, world]"),
        ("wor*", "a Word in the world", "a [Word] in the [world]"),
        ("creme", "Crème brûlée", "[Crème] brûlée"), ("世界", "你好世界和平", "你好[世界]和平"), ("界", "你好世界和平", "你好世[界]和平"),
        ("平", "和平", "和[平]"), ("世界和", "你好世界和平", "你好[世界和]平"), ("猫", "子猫と猫", "子[猫]と[猫]"),
        ("녕하", "안녕하세요", "안[녕하]세요"),
    ])
    func `is marked where it stands`(asked: String, text: String, marked: String) throws {
        #expect(try self.marked(asked, in: text) == marked)
    }

    @Test(arguments: [
        ("world", "hello"), ("wor", "world"), ("\"hello world\"", "world hello"), ("世和", "世界和平"),
        ("hello there", "hello"),
        ("\"a b\"", "a x b"),
    ])
    func `is not there where it is not`(asked: String, text: String) throws {
        #expect(try marked(asked, in: text) == nil)
    }

    @Test func `is shown with what is around it, cut at characters`() throws {
        let text = String(repeating: "ä ", count: 300) + "needle" + String(repeating: " 世界", count: 300)
        let shown = try #require(try marked("needle", in: text))
        #expect(shown.hasPrefix("…") && shown.hasSuffix("…") && shown.contains("[needle]"))
        #expect(!shown.contains("\u{FFFD}") && shown.utf8.count < Snippet.bytesMax + 20)
        #expect(try marked("x", in: "x" + String(repeating: "y", count: 1_000))?.hasPrefix("[") != true)
    }
}
