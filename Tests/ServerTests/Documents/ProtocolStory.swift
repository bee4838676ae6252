import Base
import TestSupport

/// The examples of docs/PROTOCOL.md: what is sent, what is told and what is answered, from top to bottom.
struct ProtocolStory {
    enum Step {
        /// A client sends a frame.
        case sent(by: String, String)
        /// A client is told something like this.
        case told(to: String, String)
        /// Somebody's request, with its body or none.
        case asked(by: String, method: String, path: String, body: String?)
        case answered(status: Int, String?)
    }

    let steps: [(line: Int, step: Step)]

    static var document: String {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4)
        return Files.text(of: root.joined(separator: "/") + "/docs/PROTOCOL.md")
    }

    /// An example begins with a name or a status behind four blanks; what is further in belongs to the one before.
    init(reading document: String) {
        var found: [(line: Int, text: String)] = []
        for (index, line) in document.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let text = line.dropFirst(4)
            guard line.hasPrefix("    ") else { continue }
            if text.hasPrefix("     "), !found.isEmpty {
                found[found.count - 1].text += text.drop { $0 == " " }
            } else if !text.hasPrefix(" ") {
                found.append((index + 1, String(text)))
            }
        }
        steps = found.compactMap { line, text in Self.step(text).map { (line, $0) } }
    }

    private static func step(_ text: String) -> Step? {
        if let status = Int(text.prefix(3)), text.count == 3 || text.dropFirst(3).hasPrefix("  ") {
            return .answered(status: status, text.count == 3 ? nil : String(text.dropFirst(5)))
        }
        guard text.dropFirst(4).hasPrefix(" ") else { return nil }
        let who = String(text.prefix(3)), rest = String(text.dropFirst(5))
        switch text.dropFirst(3).first {
        case ">": return .sent(by: who, rest)
        case "<": return .told(to: who, rest)
        case "$":
            let words = rest.split(separator: " ", maxSplits: 2).map(String.init)
            guard words.count >= 2 else { return nil }
            return .asked(by: who, method: words[0], path: words[1], body: words.count > 2 ? words[2] : nil)
        default: return nil
        }
    }

    // MARK: Likeness

    /// An example as JSON: what is left out becomes a string or a member of its name.
    static func pattern(_ text: String) throws -> JSONElement {
        let whole = text.replacing("[…]", with: "\"…\"").replacing("{…}", with: "\"…\"").replacing(
            ",…}", with: ",\"…\":\"…\"}")
        return try JSONDocument(parsing: Array(whole.utf8)).root
    }

    /// Where a value is not like its example; `nil` when it is. Members have the same names in the same order, and the
    /// same values but where the example has `…`.
    static func difference(_ pattern: JSONElement, _ value: JSONElement, at place: String = "") -> String? {
        func fault(_ what: String) -> String { "\(place): \(what)" }
        if let text = pattern.string {
            if text == "…" { return nil }
            guard let actual = value.string else { return fault("no string") }
            return text.contains("…") || text == actual ? nil : fault("\(actual) instead of \(text)")
        }
        if pattern.isObject {
            guard value.isObject else { return fault("no object") }
            var names = pattern.members.map(\.name), actual = value.members
            if names.last == "…" {
                names.removeLast()
                actual = actual.filter { names.contains($0.name) }
            }
            guard actual.map(\.name) == names else {
                return fault("\(actual.map(\.name)) instead of \(names)")
            }
            return zip(pattern.members, actual).lazy.compactMap {
                difference($0.value, $1.value, at: "\(place)/\($0.name)")
            }
            .first
        }
        if pattern.isArray {
            guard value.isArray, value.elements.count == pattern.elements.count else { return fault("another array") }
            return zip(pattern.elements, value.elements).enumerated().lazy
                .compactMap { difference($1.0, $1.1, at: "\(place)/\($0)") }.first
        }
        let (wanted, actual) = (
            String(decoding: pattern.raw, as: UTF8.self), String(decoding: value.raw, as: UTF8.self)
        )
        return wanted == actual ? nil : fault("\(actual) instead of \(wanted)")
    }
}
