/// What may be shown of the name that a sender gives a file. It is never used as a path.
public enum FileName: Sendable {
    /// What a file is called that has no name that could be shown.
    public static let unnamed = "file"

    /// The last part of what may be a path, without characters that cannot be seen or that turn the writing around, cut
    /// to `bytesMax` with its ending kept.
    public static func clean(_ given: String, bytesMax: Int) -> String {
        let last = given.unicodeScalars.split(omittingEmptySubsequences: true) { $0 == "/" || $0 == "\\" }.last ?? []
        let name = trimmed(String(String.UnicodeScalarView(last.filter(isShown))))
        let ending = name.lastIndex(of: ".").map { name[$0...] } ?? ""
        let kept = ending.utf8.count <= min(bytesMax / 2, endingBytesMax) ? String(ending) : ""
        let shown = trimmed(cut(String(name.dropLast(kept.count)), bytesMax - kept.utf8.count) + kept)
        return shown.isEmpty ? unnamed : shown
    }

    /// Bytes of an ending that says of what kind a file is.
    private static let endingBytesMax = 16

    private static func trimmed(_ name: String) -> String {
        var name = name
        while name.hasPrefix(" ") { name.removeFirst() }
        while name.hasSuffix(" ") || name.hasSuffix(".") { name.removeLast() }
        return name
    }

    /// At the end of a character.
    private static func cut(_ name: String, _ bytesMax: Int) -> String {
        var left = name[...]
        while left.utf8.count > bytesMax { left.removeLast() }
        return String(left)
    }

    /// Neither a control character nor one that only says how others are to be written: with those, `gpj.exe` is made
    /// to look like `exe.jpg`.
    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse: false
        default: true
        }
    }
}
