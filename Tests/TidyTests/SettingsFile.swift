/// The file that shows every setting with its default: a line `NAME=default`, or the same behind a `#`.
struct SettingsFile {
    /// The values that are shown, by name.
    let shown: [(name: String, value: String)]

    init(_ text: String) {
        shown = text.split(separator: "\n").compactMap { line in
            let line = line.drop { $0 == "#" || $0 == " " }
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty,
                parts[0].allSatisfy({ $0.isUppercase || $0.isNumber || $0 == "_" })
            else { return nil }
            return (String(parts[0]), String(parts[1]))
        }
    }

    func findings(against settings: [(name: String, standard: String)]) -> [String] {
        let known = Set(settings.map(\.name))
        return settings.flatMap { setting -> [String] in
            let values = shown.filter { $0.name == setting.name }.map(\.value)
            if values.count != 1 { return ["\(setting.name) is shown \(values.count) times"] }
            return values == [setting.standard] ? [] : ["\(setting.name) is shown as \(values[0])"]
        } + shown.filter { !known.contains($0.name) }.map { "\($0.name) is no setting" }
    }
}
