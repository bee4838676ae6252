/// What people write in Markdown, as HTML that can do no harm.
///
/// It is a small subset of CommonMark, read by hand: paragraphs, `#` headings, `-` and `1.` lists, `>` quotes, fenced
/// code, rules, `**strong**`, `*emphasis*`, `` `code` `` and `[links](https://…)`. A library that knows all of it
/// also knows raw HTML, images and every scheme, and would have to be told, correctly and for ever, what to leave out;
/// here what is not in the list cannot be written. Every byte of the text is escaped, the elements are the few below,
/// and the one attribute with something of the author's in it is a checked `href`.
///
/// The work is proportional to the text: each line is looked at once for each level of nesting, of which there are at
/// most `depthMax`, and inline marks look back over at most `openMax` others.
public enum Markdown: Sendable {
    /// Levels of quotes and lists in one another; what is deeper is shown as it was written.
    static let depthMax = 6

    public static func html(_ text: String) -> String {
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
            line.last == UInt8(ascii: "\r") ? Array(line.dropLast()) : Array(line)
        }
        var html: [UInt8] = []
        blocks(lines[...], depth: 0, isTight: false, to: &html)
        return String(decoding: html, as: UTF8.self)
    }

    typealias Line = [UInt8]

    /// - Parameter isTight: a lone paragraph has no element of its own, as in a list's item.
    private static func blocks(_ lines: ArraySlice<Line>, depth: Int, isTight: Bool, to html: inout [UInt8]) {
        var rest = lines
        while let line = rest.first {
            switch Block(line, depth: depth) {
            case .blank: rest.removeFirst()
            case .rule:
                rest.removeFirst()
                html += "<hr>\n".utf8
            case .heading(let level, let text):
                rest.removeFirst()
                html += "<h\(level)>".utf8
                Inline.append(text, to: &html)
                html += "</h\(level)>\n".utf8
            case .fence(let mark):
                rest.removeFirst()
                html += "<pre><code>".utf8
                while let line = rest.popFirst(), !mark.isEnded(by: line) {
                    HTMLText.append(line, to: &html)
                    html.append(UInt8(ascii: "\n"))
                }
                html += "</code></pre>\n".utf8
            case .quote:
                var inner: [Line] = []
                while let line = rest.first, case .quote(let text) = Block(line, depth: depth) {
                    inner.append(text)
                    rest.removeFirst()
                }
                html += "<blockquote>\n".utf8
                blocks(inner[...], depth: depth + 1, isTight: false, to: &html)
                html += "</blockquote>\n".utf8
            case .item(let item): list(item.isOrdered, &rest, depth: depth, to: &html)
            case .text:
                var paragraph: [Line] = []
                while let line = rest.first, case .text = Block(line, depth: depth) {
                    paragraph.append(line)
                    rest.removeFirst()
                }
                let isAlone = isTight && paragraph.count == lines.count
                if !isAlone { html += "<p>".utf8 }
                Inline.append(Array(paragraph.joined(separator: [UInt8(ascii: "\n")])), to: &html)
                html += isAlone ? [] : Array("</p>\n".utf8)
            }
        }
    }

    /// Items of one kind. What is indented behind one belongs to it.
    private static func list(_ isOrdered: Bool, _ rest: inout ArraySlice<Line>, depth: Int, to html: inout [UInt8]) {
        html += (isOrdered ? "<ol>\n" : "<ul>\n").utf8
        while let line = rest.first, case .item(let item) = Block(line, depth: depth), item.isOrdered == isOrdered {
            rest.removeFirst()
            var inner = [item.text]
            while let line = rest.first, line.starts(with: [0x20, 0x20]) || line.first == 0x09 {
                inner.append(Array(line.first == 0x09 ? line.dropFirst() : line.dropFirst(2)))
                rest.removeFirst()
            }
            html += "<li>".utf8
            blocks(inner[...], depth: depth + 1, isTight: true, to: &html)
            html += "</li>\n".utf8
        }
        html += (isOrdered ? "</ol>\n" : "</ul>\n").utf8
    }
}
