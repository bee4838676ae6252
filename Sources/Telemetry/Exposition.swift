/// The text that Prometheus reads: its exposition format, version 0.0.4.
public enum Exposition {
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// A family without numbers is left out: there is nothing to say of it.
    public static func text(of families: [MetricFamily]) -> [UInt8] {
        var text: [UInt8] = []
        for family in families where !family.samples.isEmpty {
            text += Array("# HELP \(family.name) \(escaped(family.meaning, quotes: false))\n".utf8)
            text += Array("# TYPE \(family.name) \(family.kind.rawValue)\n".utf8)
            for sample in family.samples {
                text += Array("\(family.name)\(sample.suffix)".utf8)
                if !sample.labels.isEmpty {
                    let labels = sample.labels.map { "\($0.name)=\"\(escaped($0.value, quotes: true))\"" }
                    text += Array("{\(labels.joined(separator: ","))}".utf8)
                }
                text += Array(" \(number(sample.value))\n".utf8)
            }
        }
        return text
    }

    /// Whole numbers as such, and others in the shortest form that gives them back.
    static func number(_ value: Double) -> String {
        if let whole = Int(exactly: value) { return "\(whole)" }
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return "\(value)"
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }
}
