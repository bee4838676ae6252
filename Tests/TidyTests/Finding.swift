/// A place that is not tidy, in words for whoever put it there.
struct Finding: Equatable, CustomStringConvertible {
    var path: String
    /// From 1; 0 where it concerns the whole file.
    var line: Int
    var what: String

    var description: String { "\(path):\(line): \(what)" }
}

/// A text of the tree, by lines.
struct TextFile {
    var path: String
    var lines: [Substring]

    init(_ path: String, _ text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// A finding on each line of which `why` has something to say.
    func findings(_ why: (Substring) -> String?) -> [Finding] {
        lines.enumerated().compactMap { index, line in
            why(line).map { Finding(path: path, line: index + 1, what: $0) }
        }
    }
}
