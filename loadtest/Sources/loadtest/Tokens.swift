/// Access tokens, as the server's command line prints them.
enum Tokens {
    /// The last word of each line that has one: "token", "username token" and "id token" are all understood.
    static func read(_ text: [UInt8]) -> [[UInt8]] {
        text.split(separator: UInt8(ascii: "\n")).compactMap { line in
            line.split(whereSeparator: { $0 <= UInt8(ascii: " ") }).last.map(Array.init)
        }
    }
}
