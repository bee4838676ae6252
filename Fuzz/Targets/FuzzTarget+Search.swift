internal import Base

@testable import Channels

extension FuzzTarget {
    /// What is searched for, and behind a line's end the text in which it is looked for.
    static let search = FuzzTarget("search", bytesMax: 1_024) { input throws(BrokenPromise) in
        let bytes = Array(input), end = bytes.firstIndex(of: 0x0A) ?? bytes.count
        let asked = String(decoding: bytes[..<end], as: UTF8.self), text = Array(bytes[end...])
        var limits = Limits()
        limits.searchQueryBytesMax = 8_192
        limits.searchTermsMax = 8_192
        guard let query = try? SearchQuery(asked, within: limits) else {
            throw BrokenPromise(what: "what is short enough is never refused")
        }
        for term in query.phrases.flatMap(\.terms) + query.tags {
            try promise(
                !term.isEmpty && !term.contains { $0 <= 0x20 || $0 == 0x22 },
                "a word holds nothing that takes words apart or has a meaning for the index")
        }
        for phrase in query.phrases { try promise(!phrase.terms.isEmpty, "a phrase has a word") }
        let ranges = SearchMatch.ranges(of: query.phrases, in: text) ?? []
        var last = -1
        for range in ranges {
            try promise(range.lowerBound > last && !range.isEmpty, "matches are in order and apart")
            last = range.upperBound
        }
        try promise(last <= text.count, "a match is in the text")
        let snippet = Snippet(of: text, ranges)
        if text.count <= Snippet.bytesMax, ranges.isEmpty {
            let whole = snippet.pieces.map(\.text).joined()
            try promise(whole == String(decoding: text, as: UTF8.self), "a short text is shown whole")
        }
        // What a text says is found in it.
        let said = String(decoding: text, as: UTF8.self)
        if !said.contains("\""), let whole = try? SearchQuery("\"\(said)\"", within: limits), !whole.phrases.isEmpty {
            try promise(
                SearchMatch.ranges(of: whole.phrases, in: Array(said.utf8))?.isEmpty == false,
                "a text is found in itself")
        }
    }
}
