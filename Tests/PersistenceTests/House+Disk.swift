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
        Files.read(file(name))?.holds(Array(text.utf8)) ?? false
    }
}

extension [UInt8] {
    fileprivate func holds(_ part: [UInt8]) -> Bool {
        guard let first = part.first, count >= part.count else { return false }
        return withUnsafeBufferPointer { bytes in
            var index = 0
            while index <= bytes.count - part.count {
                guard let next = bytes[index...].firstIndex(of: first), next <= bytes.count - part.count else {
                    return false
                }
                if bytes[next..<next + part.count].elementsEqual(part) { return true }
                index = next + 1
            }
            return false
        }
    }
}
