internal import Base

/// Takes a user's names out of what was told and kept: wherever an object says `"user":"7"` or `"id":"7"` beside names,
/// the names become `null`.
struct NameScrubber {
    private let user: String

    init(_ user: UserID) { self.user = user.description }

    /// The text without the names; `nil` when they do not stand in it.
    func scrubbed(_ text: [UInt8]) -> [UInt8]? {
        guard let root = try? JSONDocument(parsing: text).root else { return nil }
        var json = JSONWriter(reserving: text.count)
        return write(root, to: &json) ? json.bytes : nil
    }

    /// Whether something was left out.
    private func write(_ element: JSONElement, to json: inout JSONWriter) -> Bool {
        guard element.isObject else {
            json.value(raw: element.json)
            return false
        }
        let isTheirs = ["user", "id"].contains { name in
            element.members.contains { $0.name == name && $0.value.string == user }
        }
        var hasChanged = false
        json.object { json in
            for member in element.members {
                json.name(member.name)
                if isTheirs, ["username", "display_name"].contains(member.name) {
                    hasChanged = hasChanged || !member.value.isNull
                    json.null()
                } else if write(member.value, to: &json) {
                    hasChanged = true
                }
            }
        }
        return hasChanged
    }
}
