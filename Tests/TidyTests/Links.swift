/// Links of Markdown files that point into the tree.
enum Links {
    /// The targets of `[text](target)` on a line, without what stands in a code span.
    static func targets(in line: Substring) -> [Substring] {
        let prose = line.split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset % 2 == 0 }.map(\.element).joined(separator: " ")
        return Substring(prose).split(separator: "](", omittingEmptySubsequences: false).dropFirst().compactMap {
            part in
            part.contains(")") ? part.prefix { $0 != ")" && $0 != " " } : nil
        }
    }

    /// Where a link of a file leads in the tree; `nil` when it leads elsewhere.
    static func place(of target: Substring, from path: String) -> String? {
        let target = target.prefix { $0 != "#" && $0 != "?" }
        guard !target.isEmpty, !target.contains(":"), !target.hasPrefix("//") else { return nil }
        var folders = target.hasPrefix("/") ? [] : path.split(separator: "/").dropLast()
        for part in target.split(separator: "/") where part != "." {
            if part == ".." { _ = folders.popLast() } else { folders.append(part) }
        }
        return folders.joined(separator: "/")
    }

    static func findings(in file: TextFile, exists: (String) -> Bool) -> [Finding] {
        file.findings { line in
            targets(in: line).first { target in place(of: target, from: file.path).map { !exists($0) } ?? false }
                .map { "\($0) is not there" }
        }
    }
}
