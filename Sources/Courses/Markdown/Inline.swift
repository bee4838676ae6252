/// Marks inside a line or a paragraph. Each element is opened only when it is closed, in place of the mark that began
/// it, so that elements are always whole and nested.
struct Inline {
    /// Marks that wait for their other half; with more than so many, the oldest stays as it was written.
    static let openMax = 32
    /// Backticks in a row that begin code.
    private static let ticksMax = 8

    private enum Kind: Equatable { case strong(UInt8), emphasis(UInt8), link }

    private struct Opening {
        var kind: Kind
        /// Among `pieces`.
        var piece: Int
    }

    private let text: [UInt8]
    private var index = 0
    private var pieces: [[UInt8]] = [[]]
    private var open: [Opening] = []
    /// Counts of backticks that do not come again.
    private var endless: Set<Int> = []

    static func append(_ text: [UInt8], to html: inout [UInt8]) {
        var inline = Inline(text: text)
        inline.run()
        for piece in inline.pieces { html += piece }
    }

    private init(text: [UInt8]) { self.text = text }

    private mutating func run() {
        while index < text.count {
            let byte = text[index]
            switch byte {
            case UInt8(ascii: "\\"): escape()
            case UInt8(ascii: "`"): code()
            case UInt8(ascii: "*"), UInt8(ascii: "_"): mark(byte)
            case UInt8(ascii: "["):
                push(.link, "[")
                index += 1
            case UInt8(ascii: "]"): closeLink()
            case UInt8(ascii: "\n"): lineBreak()
            default:
                write([byte])
                index += 1
            }
        }
    }

    // MARK: Pieces

    private mutating func write(_ bytes: some Sequence<UInt8>) {
        HTMLText.append(bytes, to: &pieces[pieces.count - 1])
    }

    /// Writes what the mark is if nothing closes it, as a piece of its own that can be replaced.
    private mutating func push(_ kind: Kind, _ mark: String) {
        pieces.append(Array(mark.utf8))
        open.append(Opening(kind: kind, piece: pieces.count - 1))
        if open.count > Self.openMax { open.removeFirst() }
        pieces.append([])
    }

    /// Closes the latest opening of a kind with an element, and forgets those that were opened inside it.
    private mutating func close(_ kind: Kind, _ opening: String, _ closing: String) -> Bool {
        guard let place = open.lastIndex(where: { $0.kind == kind }) else { return false }
        pieces[open[place].piece] = Array(opening.utf8)
        open.removeSubrange(place...)
        pieces[pieces.count - 1] += closing.utf8
        return true
    }

    // MARK: Marks

    private mutating func escape() {
        if index + 1 < text.count, text[index + 1] == UInt8(ascii: "\n") {
            index += 1
            hardBreak()
            return
        }
        // A backslash stands before what would mean something else.
        if index + 1 < text.count, Self.isPunctuation(text[index + 1]) { index += 1 }
        write([text[index]])
        index += 1
    }

    private mutating func code() {
        let count = text[index...].prefix { $0 == UInt8(ascii: "`") }.count
        guard count <= Self.ticksMax, !endless.contains(count), let end = closingTicks(count, from: index + count)
        else {
            endless.insert(count)
            write(text[index..<index + count])
            index += count
            return
        }
        pieces[pieces.count - 1] += "<code>".utf8
        write(text[index + count..<end].map { $0 == UInt8(ascii: "\n") ? 0x20 : $0 })
        pieces[pieces.count - 1] += "</code>".utf8
        index = end + count
    }

    private func closingTicks(_ count: Int, from start: Int) -> Int? {
        var place = start
        while place < text.count {
            guard text[place] == UInt8(ascii: "`") else {
                place += 1
                continue
            }
            let run = text[place...].prefix { $0 == UInt8(ascii: "`") }.count
            if run == count { return place }
            place += run
        }
        return nil
    }

    private mutating func mark(_ byte: UInt8) {
        let run = text[index...].prefix { $0 == byte }.count
        let before = index > 0 ? text[index - 1] : 0x20
        let behind = index + run < text.count ? text[index + run] : 0x20
        let isWord = { (byte: UInt8) in byte.isDigitOfASCII || byte.isLetterOfASCII || byte >= 0x80 }
        // An underline inside a word is part of it.
        let isInside = byte == UInt8(ascii: "_") && isWord(before) && isWord(behind)
        guard run <= 3, !isInside else {
            write(text[index..<index + run])
            index += run
            return
        }
        index += run
        let mayClose = !Self.isBlank(before), mayOpen = !Self.isBlank(behind)
        var left = run
        if mayClose {
            while left > 0, let latest = open.last(where: { $0.kind == .strong(byte) || $0.kind == .emphasis(byte) }) {
                if latest.kind == .strong(byte), left >= 2, close(.strong(byte), "<strong>", "</strong>") {
                    left -= 2
                } else if latest.kind == .emphasis(byte), close(.emphasis(byte), "<em>", "</em>") {
                    left -= 1
                } else {
                    break
                }
            }
        }
        let sign = String(decoding: [byte], as: UTF8.self)
        if mayOpen, left >= 2 {
            push(.strong(byte), sign + sign)
            left -= 2
        }
        if mayOpen, left == 1 {
            push(.emphasis(byte), sign)
            left = 0
        }
        write([UInt8](repeating: byte, count: left))
    }

    private mutating func closeLink() {
        guard open.contains(where: { $0.kind == .link }), let (target, end) = target(from: index + 1) else {
            write([text[index]])
            index += 1
            return
        }
        var address: [UInt8] = []
        HTMLText.append(target.utf8, to: &address)
        let opening = "<a href=\"\(String(decoding: address, as: UTF8.self))\" rel=\"nofollow noopener noreferrer\">"
        if close(.link, opening, "</a>") {
            // No link lies in another one.
            open.removeAll { $0.kind == .link }
        }
        index = end
    }

    /// `(https://…)`, and the place behind it; `nil` where it leads nowhere that it may. Parentheses inside it are
    /// written as `%28` and `%29`: so what looks like a hundred beginnings is looked at once.
    private func target(from start: Int) -> (target: String, end: Int)? {
        guard start < text.count, text[start] == UInt8(ascii: "(") else { return nil }
        let link = text[(start + 1)...].prefix(CourseBounds.linkBytesMax + 1).prefix { byte in
            byte != UInt8(ascii: "(") && byte != UInt8(ascii: ")") && byte > 0x20
        }
        guard link.endIndex < text.count, text[link.endIndex] == UInt8(ascii: ")") else { return nil }
        let target = String(decoding: link, as: UTF8.self)
        return LinkTarget.isAllowed(target) ? (target, link.endIndex + 1) : nil
    }

    private mutating func lineBreak() {
        if pieces[pieces.count - 1].suffix(2).elementsEqual([0x20, 0x20]) {
            hardBreak()
        } else {
            pieces[pieces.count - 1].append(UInt8(ascii: "\n"))
            index += 1
        }
    }

    /// The index stands at the line's end.
    private mutating func hardBreak() {
        pieces[pieces.count - 1] += "<br>\n".utf8
        index += 1
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A }

    private static func isPunctuation(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
        default: false
        }
    }
}
