/// A scenario as it is written down: sections of `key = value` lines, and of requirements. `#` begins a comment.
struct ScenarioFile: Equatable {
    struct Line: Equatable {
        var number: Int
        var text: String
    }

    struct Section: Equatable {
        /// The word in brackets.
        var kind: String
        /// What follows it, as in `[stage spike]`.
        var name: String
        var lines: [Line]
    }

    static let bytesMax = 65_536
    private(set) var sections: [Section] = []

    init(_ bytes: [UInt8]) throws(UsageError) {
        guard bytes.count <= Self.bytesMax else { throw UsageError("a scenario has at most \(Self.bytesMax) bytes") }
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let text = Self.trimmed(Substring(decoding: line.prefix { $0 != UInt8(ascii: "#") }, as: UTF8.self))
            guard !text.isEmpty else { continue }
            if text.first == "[" {
                guard text.last == "]" else { throw UsageError("line \(index + 1): a section ends with ]") }
                let words = text.dropFirst().dropLast().split(separator: " ", maxSplits: 1)
                guard let kind = words.first else { throw UsageError("line \(index + 1): a section has a name") }
                let name = words.count > 1 ? Self.trimmed(words[1]) : ""
                sections.append(Section(kind: String(kind), name: name, lines: []))
            } else {
                guard !sections.isEmpty else { throw UsageError("line \(index + 1) stands in no section") }
                sections[sections.count - 1].lines.append(Line(number: index + 1, text: text))
            }
        }
    }

    /// The two sides of a `key = value` line.
    static func pair(_ text: String) -> (key: String, value: String)? {
        guard let sign = text.firstIndex(of: "=") else { return nil }
        let key = trimmed(text[..<sign]), value = trimmed(text[text.index(after: sign)...])
        return key.isEmpty || value.isEmpty ? nil : (key, value)
    }

    static func trimmed(_ text: Substring) -> String {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" }
        var rest = text.drop(while: isSpace)
        while let last = rest.last, isSpace(last) { rest.removeLast() }
        return String(rest)
    }
}
