/// A line between the conductor and a worker: a word, then `name=value` pairs.
struct WordLine {
    var word: String
    private var values: [Substring: Substring] = [:]

    init(_ text: String) {
        let parts = text.split(separator: " ")
        word = parts.first.map(String.init) ?? ""
        for part in parts.dropFirst() {
            guard let sign = part.firstIndex(of: "=") else { continue }
            values[part[..<sign]] = part[part.index(after: sign)...]
        }
    }

    func text(_ name: String) -> String { values[Substring(name)].map(String.init) ?? "" }

    func number(_ name: String) -> Int { values[Substring(name)].flatMap { Int($0) } ?? 0 }

    func decimal(_ name: String) -> Double { values[Substring(name)].flatMap { Double($0) } ?? 0 }

    /// Words between commas.
    func list(_ name: String) -> [Substring] { values[Substring(name)]?.split(separator: ",") ?? [] }

    func numbers(_ name: String) -> [Int] { list(name).compactMap { Int($0) } }

    func value(_ name: String) -> Substring { values[Substring(name)] ?? "" }

    /// A value as it may stand on a line.
    static func oneWord(_ text: String) -> String {
        String(text.map { $0 == " " || $0.isNewline || $0 == "=" || $0 == "," || $0 == ":" ? "_" : $0 })
    }
}
