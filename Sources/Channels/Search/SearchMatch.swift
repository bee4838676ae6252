/// Where a text has what is looked for. The index proposes, this decides: by the text as it is now.
public struct SearchMatch: Sendable {
    private struct Word {
        var term: Range<Int>
        var range: Range<Int>
        var firstEnd: Int
        var kind: SearchWords.Kind
    }

    private var terms: [UInt8] = []
    private var words: [Word] = []

    init(_ text: [UInt8]) {
        var reader = SearchWords(text)
        while reader.next() {
            let start = terms.count
            terms.append(contentsOf: reader.term)
            words.append(
                Word(
                    term: start..<terms.count, range: reader.range, firstEnd: reader.firstEnd, kind: reader.kind))
        }
    }

    /// The parts of a text, in bytes and ascending, that make up the phrases; `nil` unless all of them are there.
    public static func ranges(of phrases: [SearchQuery.Phrase], in text: [UInt8]) -> [Range<Int>]? {
        guard !phrases.isEmpty else { return [] }
        let match = SearchMatch(text)
        var found: [Range<Int>] = []
        for phrase in phrases {
            let ranges = match.ranges(of: phrase)
            if ranges.isEmpty { return nil }
            found += ranges
        }
        return joined(found)
    }

    private func ranges(of phrase: SearchQuery.Phrase) -> [Range<Int>] {
        let count = phrase.terms.count
        guard count > 0, words.count >= count else { return [] }
        var found: [Range<Int>] = []
        for start in 0...(words.count - count) {
            guard (0..<count).allSatisfy({ has(phrase, $0, at: start + $0) }) else { continue }
            let last = words[start + count - 1]
            // Of a pair that only begins as was asked, the first sign is what was asked for.
            let isHalf = phrase.isPrefix && last.kind == .pair && phrase.terms[count - 1].count < last.term.count
            found.append(words[start].range.lowerBound..<(isHalf ? last.firstEnd : last.range.upperBound))
        }
        return found
    }

    private func has(_ phrase: SearchQuery.Phrase, _ index: Int, at place: Int) -> Bool {
        let wanted = phrase.terms[index], term = words[place].term
        guard phrase.isPrefix, index == phrase.terms.count - 1 else {
            return term.count == wanted.count && terms[term].elementsEqual(wanted)
        }
        return terms[term].starts(with: wanted)
    }

    private static func joined(_ ranges: [Range<Int>]) -> [Range<Int>] {
        var joined: [Range<Int>] = []
        for range in ranges.sorted(by: { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }) {
            if let last = joined.last, range.lowerBound <= last.upperBound {
                joined[joined.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                joined.append(range)
            }
        }
        return joined
    }
}
