/// Words by which people leave work for later; what is left belongs where it is planned.
enum Reminders {
    /// Spelled in pieces, so that these tests do not find themselves.
    static let words = ["TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"]

    static func findings(in file: TextFile) -> [Finding] {
        file.findings { line in
            let found = line.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
            return words.first { found.contains(Substring($0)) }.map { "\($0) is left" }
        }
    }
}
