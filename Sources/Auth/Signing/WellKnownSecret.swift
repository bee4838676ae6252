/// Secrets that stand in guides and examples, and so are none.
public enum WellKnownSecret: Sendable {
    /// Without what people put around and between them.
    private static let stems: Set = [
        "secret", "secretkey", "yoursecretkey", "mysecretkey", "supersecret", "supersecretkey", "yoursecret",
        "mysecret",
        "changeme", "changethis", "changemeinproduction", "changethisinproduction", "changethissecret", "default",
        "jwtsecret", "jwtsecretkey", "yourjwtsecret", "yourjwtsecretkey", "yoursecretkeyhere", "yoursecrethere",
        "yourjwtsecrethere", "password", "example", "insecure", "djangoinsecure", "test", "testsecret", "devsecret",
        "development", "key", "signingkey", "yoursigningkey", "your256bitsecret", "a", "x", "0", "1", "1234567890",
        "0123456789", "0123456789abcdef", "abc", "abcdef", "abcdefghijklmnopqrstuvwxyz",
    ]

    /// Whether it is one of them, in whatever case, with whatever between its letters, and however often repeated; or
    /// longer only by the words that make it sound safe.
    public static func isKnown(_ text: String) -> Bool {
        let plain = text.lowercased().filter { $0.isLetter || $0.isNumber }
        guard !plain.isEmpty else { return true }
        for count in 1...plain.count where plain.count % count == 0 {
            let stem = String(plain.prefix(count))
            guard stems.contains(stem), String(repeating: stem, count: plain.count / count) == plain else { continue }
            return true
        }
        return Set(plain).count < distinctMin || plain.hasPrefix("djangoinsecure") || isPadded(plain)
    }

    /// Different letters and digits that a random text of 32 has nearly always.
    private static let distinctMin = 6

    private static func isPadded(_ plain: String) -> Bool {
        stems.contains { stem in
            guard stem.count >= 6, plain.hasPrefix(stem) else { return false }
            return filler.contains(String(plain.dropFirst(stem.count)))
        }
    }

    private static let filler: Set = [
        "pleasechangeme", "pleasechangethis", "changeme", "changethis", "changeinproduction", "changemeinproduction",
        "changethisinproduction", "thatisatleast32characterslong", "thatisatleast32byteslong", "atleast32characters",
        "withatleast32characters", "forjwt", "forjwttokens", "fordevelopment", "fordevelopmentonly", "12345678",
        "1234567890", "123", "here", "inproduction",
    ]
}
