/// What whoever teaches a course says of it.
public struct CourseContent: Equatable, Sendable {
    /// For whom it is.
    public enum Level: String, Sendable, CaseIterable { case beginner, intermediate, advanced }

    public var title: String
    public var summary: String
    /// Markdown; shown through `Markdown.html`.
    public var description: String
    /// In the given order, each once.
    public var tags: [String]
    public var level: Level?
    /// A tag of RFC 5646, such as `de` or `pt-BR`.
    public var language: String?
    /// The id of an uploaded picture.
    public var cover: String?

    public init(
        title: String, summary: String = "", description: String = "", tags: [String] = [], level: Level? = nil,
        language: String? = nil, cover: String? = nil
    ) {
        self.title = title
        self.summary = summary
        self.description = description
        self.tags = tags
        self.level = level
        self.language = language
        self.cover = cover
    }

    /// What can be told without looking anything up.
    public func validate() throws(CourseRefusal) {
        try FieldRules.title(title, "/title")
        try FieldRules.text(summary, "/summary", bytesMax: CourseBounds.summaryBytesMax)
        try FieldRules.text(description, "/description", bytesMax: CourseBounds.markdownBytesMax)
        try FieldRules.count(tags.count, "/tags", max: CourseBounds.tagsMax)
        guard tags.allSatisfy({ (1...CourseBounds.tagBytesMax).contains($0.utf8.count) }) else {
            throw .invalid(
                pointer: "/tags", code: "invalid_length", detail: "a tag has 1 to \(CourseBounds.tagBytesMax) bytes")
        }
        guard Set(tags).count == tags.count else {
            throw .invalid(pointer: "/tags", code: "duplicate", detail: "each tag is given once")
        }
        if let language, !Self.isLanguageTag(language) {
            throw .invalid(
                pointer: "/language", code: "invalid_format", detail: "a language looks like de, pt-BR or zh-Hant-TW")
        }
        if let cover { try FieldRules.text(cover, "/cover", bytesMax: CourseBounds.fileIDBytesMax) }
    }

    /// The form of RFC 5646 section 2.1: parts of 1 to 8 letters and digits, the first of two letters or more.
    static func isLanguageTag(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        return text.utf8.count <= CourseBounds.languageBytesMax && parts[0].count > 1
            && parts[0].allSatisfy(\.isLetterOfASCII)
            && parts.allSatisfy {
                (1...8).contains($0.count) && $0.allSatisfy { $0.isLetterOfASCII || $0.isDigitOfASCII }
            }
    }
}

extension UInt8 {
    var isDigitOfASCII: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }

    var isLetterOfASCII: Bool {
        let lowerCase = self | 0x20
        return lowerCase >= UInt8(ascii: "a") && lowerCase <= UInt8(ascii: "z")
    }
}
