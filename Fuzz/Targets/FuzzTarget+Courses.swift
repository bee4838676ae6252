internal import Base
internal import Courses

extension FuzzTarget {
    /// A whole course as one file: refused with a pointer, or the same when it is written and read again.
    static let courseFile = FuzzTarget("course-file", bytesMax: 4096) { input throws(BrokenPromise) in
        switch Result(catching: { () throws(CourseRefusal) in try CourseFile(input) }) {
        case .success(let file):
            try promise((try? CourseFile(file.json)) == file, "what is written is read again as it was")
        case .failure(let refusal):
            try promise(!refusal.message.isEmpty && refusal.code == "validation_failed", "a file is refused with words")
        }
    }

    /// A roster as CSV: each line is taken or has a fault, in the order of the lines.
    static let rosterFile = FuzzTarget("roster-file", bytesMax: 2048) { input throws(BrokenPromise) in
        guard var reader = try? RosterReader(input) else { return }
        var last = 0, count = 0
        while let next = reader.next() {
            count += 1
            let line =
                switch next {
                case .success(let line): line.line
                case .failure(let fault): fault.line
                }
            try promise(line > last, "lines come in their order")
            try promise(count <= input.count, "a file has no more lines than bytes")
            last = line
        }
    }

    /// Markdown of strangers: all that is written is text, and of elements there are a fixed few.
    static let markdown = FuzzTarget("markdown", bytesMax: 2048) { input throws(BrokenPromise) in
        let html = Markdown.html(String(decoding: input, as: UTF8.self))
        try promise(html.utf8.count <= 64 * (input.count + 64), "what is made is in proportion to what was written")
        for part in html.split(separator: "<", omittingEmptySubsequences: false).dropFirst() {
            let tag = part.prefix { $0 != ">" }
            let name = tag.drop { $0 == "/" }.prefix { $0.isLetter || $0.isNumber }.lowercased()
            try promise(elements.contains(name), "there is an element \(name)")
            guard name == "a", !tag.hasPrefix("/") else { continue }
            try promise(
                ["href=\"https://", "href=\"http://", "href=\"mailto:"].contains { tag.contains($0) },
                "a link leads elsewhere: \(tag)")
        }
    }

    private static let elements: Set<String> = [
        "p", "h1", "h2", "h3", "h4", "h5", "h6", "em", "strong", "code", "pre", "ul", "ol", "li", "blockquote", "br",
        "hr", "a", "del",
    ]
}
