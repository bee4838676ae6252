/// What no Swift file of the server may hold.
enum SwiftRules {
    /// Spelled in pieces, so that these tests do not find themselves.
    static let shortcuts = ["try" + "!", "as" + "!", "fatal" + "Error("]

    static func foundation(_ file: TextFile) -> [Finding] {
        file.findings { line in
            let module = Layers.imported(by: line)
            return module?.hasPrefix("Foundation") ?? false ? "the server does without Foundation" : nil
        }
    }

    /// What ends the process where an error could be told.
    static func shortcuts(_ file: TextFile) -> [Finding] {
        file.findings { line in
            shortcuts.first { holds($0, in: line) }.map { "\($0) ends the process where an error could be told" }
        }
    }

    /// As a word of its own: behind it may stand anything.
    private static func holds(_ shortcut: String, in line: Substring) -> Bool {
        let parts = line.split(separator: shortcut, omittingEmptySubsequences: false)
        return parts.dropLast().contains { part in
            part.last.map { !$0.isLetter && !$0.isNumber && $0 != "_" && $0 != "\"" } ?? true
        }
    }

    /// What the compiler is told to believe has to be argued for.
    static func unproven(_ file: TextFile) -> [Finding] {
        let claims = ["@unchecked " + "Sendable", "nonisolated(" + "unsafe)"]
        return file.lines.indices.compactMap { index in
            guard let claim = claims.first(where: { file.lines[index].contains($0) }) else { return nil }
            let above = file.lines[max(0, index - 6)..<index]
            let isArgued = above.contains { $0.drop { $0 == " " }.hasPrefix("//") && $0.contains("because") }
            return isArgued
                ? nil : Finding(path: file.path, line: index + 1, what: "\(claim) without a comment that says because")
        }
    }

    static let columnsMax = 120

    static func width(_ file: TextFile) -> [Finding] {
        file.findings { $0.count > columnsMax ? "\($0.count) columns, of \(columnsMax)" : nil }
    }
}
