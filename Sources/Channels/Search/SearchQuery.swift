public import Base

/// What is looked for: words and phrases that all have to be there, tags, and bounds on where, by whom and when.
public struct SearchQuery: Equatable, Sendable {
    /// Words that stand one behind the other.
    public struct Phrase: Equatable, Sendable {
        /// As `SearchWords` gives them.
        public var terms: [[UInt8]]
        /// The last one is how a word begins.
        public var isPrefix: Bool

        /// Reads words that stand one behind the other; with a `*` at the end the last one is how a word begins.
        /// - Returns: `nil` where no word is in it.
        public init?(_ text: String) {
            var words = SearchWords(Array(text.utf8)), kinds: [SearchWords.Kind] = []
            terms = []
            isPrefix = false
            while words.next() {
                terms.append(words.term)
                kinds.append(words.kind)
            }
            guard let last = kinds.last else { return nil }
            switch last {
            case .word: isPrefix = text.hasSuffix("*")
            case .pair: break
            case .last:
                // The row of signs may go on behind what was asked for: of a longer one the pairs say all, and a single
                // sign is how a pair begins.
                if kinds.dropLast().last == .pair { terms.removeLast() } else { isPrefix = true }
            }
        }
    }

    public var phrases: [Phrase] = []
    /// Folded (`SearchTags.fold`).
    public var tags: [[UInt8]] = []
    public var channel: ChannelID?
    public var sender: UserID?
    /// Sent earlier than this.
    public var before: Timestamp?
    /// Sent later than this, or then.
    public var after: Timestamp?
    /// Something was asked of which nothing is left that could be found, such as punctuation: nothing has it.
    public private(set) var isVain = false

    public init() {}

    /// Whether anything is asked for at all.
    public var isEmpty: Bool { !isVain && phrases.isEmpty && tags.isEmpty && channel == nil && sender == nil }

    /// Reads what a person has typed: words, `"a phrase"`, `begin*`, `#tag`. Whatever is typed is understood as
    /// something: there is no error of syntax, and no word is an operator.
    public init(_ text: String, within limits: Limits) throws(Rejection) {
        guard text.utf8.count <= limits.searchQueryBytesMax else {
            throw .invalid("?q", "too_long", "q has at most \(limits.searchQueryBytesMax) bytes")
        }
        var rest = text.unicodeScalars[...]
        while let first = rest.first {
            if first.properties.isWhitespace {
                rest.removeFirst()
            } else if first == "\"" {
                rest.removeFirst()
                add(phrase: String(rest.prefix { $0 != "\"" }))
                rest = rest.drop { $0 != "\"" }.dropFirst()
            } else {
                let chunk = String(rest.prefix { !$0.properties.isWhitespace && $0 != "\"" })
                rest = rest.drop { !$0.properties.isWhitespace && $0 != "\"" }
                add(chunk)
            }
        }
        let count = phrases.reduce(tags.count) { $0 + $1.terms.count }
        guard count <= limits.searchTermsMax else {
            throw .invalid("?q", "too_many", "q has at most \(limits.searchTermsMax) words")
        }
        isVain = phrases.isEmpty && tags.isEmpty && !text.isEmpty
    }

    private mutating func add(_ chunk: String) {
        if chunk.hasPrefix("#") {
            let tag = chunk.dropFirst()
            if !tag.isEmpty, !tag.contains("#") { return add(tag: String(tag)) }
        }
        add(phrase: chunk)
    }

    public mutating func add(tag: String) {
        let folded = SearchTags.fold(tag)
        if !folded.isEmpty { tags.append(folded) } else { isVain = true }
    }

    private mutating func add(phrase text: String) {
        if let phrase = Phrase(text) { phrases.append(phrase) }
    }
}
