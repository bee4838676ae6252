/// A course's name in addresses: lower-case letters, digits and single hyphens between them, with at least one letter,
/// so that it is never taken for a number.
public struct Slug: Hashable, Sendable, CustomStringConvertible {
    public let text: String

    /// Reads one as somebody has chosen it.
    public init(_ text: String) throws(CourseRefusal) {
        guard (1...CourseBounds.slugBytesMax).contains(text.utf8.count) else {
            throw .invalid(
                pointer: "/slug", code: "invalid_length", detail: "a slug has 1 to \(CourseBounds.slugBytesMax) bytes")
        }
        guard Slug.isWellFormed(text) else {
            throw .invalid(
                pointer: "/slug", code: "invalid_format",
                detail: "a slug has lower-case letters, digits and single hyphens between them, and at least one letter"
            )
        }
        guard !Slug.reserved.contains(text) else {
            throw .invalid(pointer: "/slug", code: "reserved", detail: "this word stands for something else")
        }
        self.text = text
    }

    private init(checked text: String) { self.text = text }

    public var description: String { text }

    /// One made of a title: what is no letter or digit of ASCII parts words; accents are left out where the letter
    /// under them is one of ASCII. A title without any gives `course`.
    /// - Parameters:
    ///   - id: the course's own number, which is tried when a few small ones behind the title are taken.
    ///   - isTaken: asked until it says no.
    public static func made(of title: String, for id: CourseID, isTaken: (Slug) -> Bool) -> Slug {
        var words: [UInt8] = []
        for scalar in title.unicodeScalars {
            if let byte = plain(scalar) {
                words.append(byte)
            } else if words.last != UInt8(ascii: "-"), !words.isEmpty {
                words.append(UInt8(ascii: "-"))
            }
            // Room for a number behind it.
            if words.count >= CourseBounds.slugBytesMax - 20 { break }
        }
        while words.last == UInt8(ascii: "-") { words.removeLast() }
        var stem = String(decoding: words, as: UTF8.self)
        if !isWellFormed(stem) || reserved.contains(stem) { stem = stem.isEmpty ? "course" : "course-\(stem)" }
        var candidate = Slug(checked: stem), number: Int64 = 2
        while isTaken(candidate) {
            candidate = Slug(checked: "\(stem)-\(number)")
            number = number == 9 ? max(id.rawValue, 10) : number + 1
        }
        return candidate
    }

    /// What stands in the place of a course in paths.
    static let reserved: Set = ["popular", "create", "import"]

    private static func isWellFormed(_ text: String) -> Bool {
        let bytes = Array(text.utf8), hyphen = UInt8(ascii: "-")
        let isLowerCase = { (byte: UInt8) in byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") }
        return bytes.allSatisfy { isLowerCase($0) || $0.isDigitOfASCII || $0 == hyphen }
            && bytes.contains(where: isLowerCase) && bytes.first != hyphen && bytes.last != hyphen
            && !zip(bytes, bytes.dropFirst()).contains { $0 == hyphen && $1 == hyphen }
    }

    /// The lower-case letter or digit of ASCII that a scalar is, or that is left without its accents.
    private static func plain(_ scalar: Unicode.Scalar) -> UInt8? {
        if scalar.isASCII {
            let byte = UInt8(scalar.value)
            if byte.isDigitOfASCII { return byte }
            return byte.isLetterOfASCII ? byte | 0x20 : nil
        }
        return accented[Character(scalar)]
    }

    private static let accented: [Character: UInt8] = {
        let letters = [
            "a": "àáâãäåāăąÀÁÂÃÄÅĀĂĄ", "c": "çćčÇĆČ", "d": "ďđĎĐ", "e": "èéêëēĕėęěÈÉÊËĒĔĖĘĚ", "g": "ğģĞĢ",
            "i": "ìíîïīįıÌÍÎÏĪĮİ", "l": "łľļŁĽĻ", "n": "ñńňņÑŃŇŅ", "o": "òóôõöøōőÒÓÔÕÖØŌŐ", "r": "řŕŘŔ",
            "s": "śšşșŚŠŞȘ", "t": "ťţțŤŢȚ", "u": "ùúûüūůűųÙÚÛÜŪŮŰŲ", "y": "ýÿÝŸ", "z": "źżžŹŻŽ",
        ]
        var table: [Character: UInt8] = [:]
        for (letter, forms) in letters {
            for form in forms { table[form] = letter.utf8.first }
        }
        return table
    }()
}
