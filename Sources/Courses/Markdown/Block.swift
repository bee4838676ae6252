/// What one line begins.
enum Block {
    case blank
    case rule
    case heading(level: Int, text: Markdown.Line)
    case fence(Fence)
    case quote(Markdown.Line)
    case item(Item)
    case text

    struct Item {
        var isOrdered: Bool
        var text: Markdown.Line
    }

    /// Three or more backticks or tildes; at least as many of the same end it.
    struct Fence {
        var mark: UInt8
        var count: Int

        func isEnded(by line: Markdown.Line) -> Bool {
            let bare = line.drop { $0 == 0x20 }
            let run = bare.prefix { $0 == mark }
            return run.count >= count && bare.dropFirst(run.count).allSatisfy { $0 == 0x20 }
        }
    }

    /// - Parameter depth: how deep the line lies; at the deepest nothing more is nested.
    init(_ line: Markdown.Line, depth: Int) {
        // Up to three blanks before a block mean nothing.
        let indent = line.prefix { $0 == 0x20 }.count
        let bare = line.dropFirst(min(indent, 3))
        guard let first = bare.first(where: { $0 != 0x20 && $0 != 0x09 }) else {
            self = .blank
            return
        }
        guard bare.first == first else {
            self = .text
            return
        }
        switch first {
        case UInt8(ascii: "#"): self = Self.heading(bare) ?? .text
        case UInt8(ascii: "`"), UInt8(ascii: "~"):
            let count = bare.prefix { $0 == first }.count
            // A backtick behind the mark makes it a line with code in it.
            let isFence = count >= 3 && !bare.dropFirst(count).contains(UInt8(ascii: "`"))
            self = isFence ? .fence(Fence(mark: first, count: count)) : .text
        case UInt8(ascii: ">") where depth < Markdown.depthMax:
            let text = bare.dropFirst()
            self = .quote(Array(text.first == 0x20 ? text.dropFirst() : text))
        case UInt8(ascii: "-"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "_"):
            if Self.isRule(bare, of: first) {
                self = .rule
            } else if first != UInt8(ascii: "_"), depth < Markdown.depthMax, bare.dropFirst().first == 0x20 {
                self = .item(Item(isOrdered: false, text: Array(bare.dropFirst(2))))
            } else {
                self = .text
            }
        case _ where first.isDigitOfASCII && depth < Markdown.depthMax:
            let behind = bare.dropFirst(bare.prefix { $0.isDigitOfASCII }.count)
            let isItem =
                (behind.first == UInt8(ascii: ".") || behind.first == UInt8(ascii: ")"))
                && behind.dropFirst().first == 0x20
            self = isItem ? .item(Item(isOrdered: true, text: Array(behind.dropFirst(2)))) : .text
        default: self = .text
        }
    }

    private static func heading(_ line: ArraySlice<UInt8>) -> Block? {
        let level = line.prefix { $0 == UInt8(ascii: "#") }.count
        guard level <= 6, line.dropFirst(level).first == 0x20 else { return nil }
        return .heading(level: level, text: Array(line.dropFirst(level + 1)))
    }

    private static func isRule(_ line: ArraySlice<UInt8>, of mark: UInt8) -> Bool {
        mark != UInt8(ascii: "+") && line.allSatisfy { $0 == mark || $0 == 0x20 } && line.count { $0 == mark } >= 3
    }
}
