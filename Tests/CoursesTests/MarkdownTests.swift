import Base
@testable import Courses
import Testing

@Suite("Markdown") struct MarkdownTests {
    private static let rel = #"rel="nofollow noopener noreferrer""#

    @Test(arguments: [
        ("one\ntwo\n\nthree", "<p>one\ntwo</p>\n<p>three</p>\n"), ("# Bees", "<h1>Bees</h1>\n"),
        ("###### Six", "<h6>Six</h6>\n"), ("####### seven", "<p>####### seven</p>\n"), ("#no", "<p>#no</p>\n"),
        ("---", "<hr>\n"), ("* * *", "<hr>\n"), ("a **b** c", "<p>a <strong>b</strong> c</p>\n"),
        ("*a* _b_", "<p><em>a</em> <em>b</em></p>\n"), ("***a***", "<p><strong><em>a</em></strong></p>\n"),
        ("snake_case_name", "<p>snake_case_name</p>\n"), ("2 * 3 * 4", "<p>2 * 3 * 4</p>\n"),
        ("**open", "<p>**open</p>\n"), ("a**", "<p>a**</p>\n"), ("`a*b*<`", "<p><code>a*b*&lt;</code></p>\n"),
        ("`` a`b ``", "<p><code> a`b </code></p>\n"), ("`open", "<p>`open</p>\n"), (#"\*a\*"#, "<p>*a*</p>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"), ("1. a\n2) b", "<ol>\n<li>a</li>\n<li>b</li>\n</ol>\n"),
        ("- a\n  - b", "<ul>\n<li><p>a</p>\n<ul>\n<li>b</li>\n</ul>\n</li>\n</ul>\n"),
        ("> a\n> b", "<blockquote>\n<p>a\nb</p>\n</blockquote>\n"),
        (
            "```swift\nlet a = \"<b>\"\n```\nend",
            "<pre><code>let a = &quot;&lt;b&gt;&quot;\n</code></pre>\n<p>end</p>\n"
        ),
        ("~~~\n```\n", "<pre><code>```\n\n</code></pre>\n"), ("a  \nb", "<p>a  <br>\nb</p>\n"),
        ("a\\\nb", "<p>a<br>\nb</p>\n"),
        ("a\r\nb\r\n", "<p>a\nb</p>\n"), ("", ""),
        (
            "[a *b*](https://e.org/?x=1&y='2')",
            "<p><a href=\"https://e.org/?x=1&amp;y=&#39;2&#39;\" \(rel)>a <em>b</em></a></p>\n"
        ),
        ("*[a](https://e.org)*", "<p><em><a href=\"https://e.org\" \(rel)>a</a></em></p>\n"),
        ("[*a](https://e.org)*", "<p><a href=\"https://e.org\" \(rel)>*a</a>*</p>\n"),
        ("[a](mailto:a@e.org)", "<p><a href=\"mailto:a@e.org\" \(rel)>a</a></p>\n"),
        (
            "[a [b](https://e.org) c](https://e.org)",
            "<p>[a <a href=\"https://e.org\" \(rel)>b</a> c](https://e.org)</p>\n"
        ),
    ])
    func `says what its writer meant`(text: String, html: String) { #expect(Markdown.html(text) == html) }

    @Test(arguments: [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "data:text/html,x", "vbscript:x",
        "//e.org",
        "/local", "java\u{0}script:x", "https://e.org\" onclick=x", "https://e.org\\@x", "mailto:",
        "file:///etc/passwd",
        "https://e\u{202E}.org", "https://e.org/(a)",
    ])
    func `makes no link of what could be code or lies`(target: String) {
        #expect(!Markdown.html("[a](\(target))").contains("<a"))
    }

    @Test func `lets no element through that its writer spelled`() {
        let attack = """
            <script>alert(1)</script> <img src=x onerror=alert(1)> **<svg/onload=x>** `<b>` [<i>](https://e.org)
            # <u>
            - <s>
            > <a href="javascript:x">
            ```
            </code></pre><script>
            """
        let html = Markdown.html(attack)
        for element in ["<script", "<img", "<svg", "<i>", "<u>", "<s>", "<a href=\"j", "<b>"] {
            #expect(!html.contains(element))
        }
    }

    /// Reads HTML as strictly as it is written: known elements, closed in order, and no other bytes that mean anything.
    private static func isSound(_ html: String) -> Bool {
        let known: Set = [
            "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "strong", "em", "a",
        ]
        var open: [String] = [], rest = html[...]
        while let start = rest.firstIndex(where: { $0 == "<" || $0 == ">" || $0 == "\"" || $0 == "'" }) {
            guard rest[start] == "<", let end = rest[start...].firstIndex(of: ">") else { return false }
            let tag = rest[rest.index(after: start)..<end]
            rest = rest[rest.index(after: end)...]
            if tag == "hr" || tag == "br" { continue }
            if tag.hasPrefix("/") {
                guard open.popLast() == String(tag.dropFirst()) else { return false }
                continue
            }
            let name = String(tag.prefix { $0 != " " })
            guard known.contains(name) else { return false }
            if name == "a" {
                guard !open.contains("a"), tag.hasPrefix("a href=\"http") || tag.hasPrefix("a href=\"mailto:"),
                    tag.hasSuffix("\" \(rel)"), tag.count(where: { $0 == "\"" }) == 4
                else { return false }
            } else if name != tag {
                return false
            }
            open.append(name)
        }
        return open.isEmpty
    }

    @Test(arguments: (0..<20).map { UInt64($0) })
    func `makes whole elements of whatever is written`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        let words = [
            "a", " ", "\n", "*", "**", "_", "__", "`", "``", "```", "[", "]", "](https://e.org)", "(", ")", "<", ">",
            "&",
            "\"", "'", "\\", "- ", "1. ", "> ", "# ", "  ", "\n\n", "é", "~~~", "---", "![", "\t", "\r\n", "<b>",
            "\u{0}",
        ]
        for _ in 1...100 {
            let text = (0..<Int.random(in: 0...60, using: &random)).map { _ in words.randomElement(using: &random) ?? ""
            }.joined()
            let html = Markdown.html(text)
            #expect(Self.isSound(html), "\(text.debugDescription) gave \(html.debugDescription)")
        }
    }

    @Test(arguments: [
        "*a", "**a ", "_a_", "[", "](", "[a](", "[a](https://", "`", "`` ` ", "> ", "- ", "  - ", ">", "\\", "a  \n",
        "* ",
        "***a ", "[[[[", "`a``b```c",
    ])
    func `takes no more time than the text is long`(piece: String) {
        let text = String(repeating: piece, count: (64 << 10) / piece.utf8.count)
        let taken = ContinuousClock().measure { _ = Markdown.html(text) }
        // A tenth of a second without optimization; work that grew with the square would take minutes.
        #expect(taken < .seconds(5))
    }
}
