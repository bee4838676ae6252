import TestSupport

extension House {
    /// Whether a text is gone from the files within twenty seconds.
    func isGone(_ text: String) async throws -> Bool {
        for _ in 1...400 {
            if !directory.holds(text) { return true }
            try await Task.sleep(for: .milliseconds(50))
        }
        return false
    }
}

extension TemporaryDirectory {
    /// Whether a text stands in the files of the database.
    func holds(_ text: String) -> Bool {
        ["confab.db", "confab.db-wal"].contains { holds(text, in: $0) }
    }

    func holds(_ text: String, in name: String) -> Bool {
        Files.read(file(name))?.firstPlace(of: Array(text.utf8)) != nil
    }
}
