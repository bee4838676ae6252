internal import Channels

/// The words by which courses are found: those of a course's title, summary and tags as every search knows them
/// (`SearchWords`), each once, kept beside the course in the transaction that writes it. Of scripts without spaces each
/// two neighbours are a word. The index proposes, and the text decides (`SearchMatch`).
enum CourseWords {
    /// A range of words: one word, or all that begin as it does.
    struct Range {
        var first: [UInt8]
        /// Behind the last one.
        var end: [UInt8]
    }

    /// Words that are looked up for one search; what has more of them is found by these, and then compared.
    private static let lookedUpMax = 16

    // MARK: Asking

    /// Words as somebody has typed them, each of which begins one of the course's.
    static func phrases(_ typed: [String]) -> [SearchQuery.Phrase] { typed.compactMap { SearchQuery.Phrase($0 + "*") } }

    /// What is to be looked up: a course that has the phrases has a word in each of these.
    static func ranges(of phrases: [SearchQuery.Phrase]) -> [Range] {
        var ranges: [Range] = []
        for phrase in phrases {
            for (place, term) in phrase.terms.enumerated() {
                let isPrefix = phrase.isPrefix && place == phrase.terms.count - 1
                ranges.append(Range(first: term, end: isPrefix ? Self.behind(term) : term + [0]))
            }
        }
        return Array(ranges.prefix(lookedUpMax))
    }

    /// The least that is behind all that begin so: no byte of UTF-8 is 255.
    private static func behind(_ beginning: [UInt8]) -> [UInt8] {
        var end = beginning
        if let last = end.popLast() { end.append(last + 1) }
        return end
    }

    // MARK: Writing

    static func write(_ text: [UInt8], of course: Int64, in database: Database) throws(StoreFailure) {
        try database.prepare("DELETE FROM course_words WHERE course = ?").bind(course).run()
        var words = SearchWords(text), seen: Set<[UInt8]> = []
        let insertion = try database.prepare("INSERT INTO course_words VALUES (?, ?)")
        while words.next() {
            guard seen.insert(words.term).inserted else { continue }
            try insertion.bind(course).bind(blob: words.term).run()
        }
    }

    /// For courses that were written before there were these.
    static func writeAll(in database: Database) throws(StoreFailure) {
        let courses = try database.prepare("SELECT id, words FROM courses").all { row throws(StoreFailure) in
            (id: row.integer(0), text: row.bytes(1))
        }
        for course in courses { try write(course.text, of: course.id, in: database) }
    }
}
