/// What a lesson gives to read, to watch and to take along.
public struct LessonContent: Equatable, Sendable {
    /// A page elsewhere, with the words for it.
    public struct Link: Equatable, Sendable {
        public var title: String
        public var url: String

        public init(title: String, url: String) {
            self.title = title
            self.url = url
        }
    }

    public var title: String
    /// Markdown; shown through `Markdown.html`.
    public var text: String
    public var videoURL: String?
    public var links: [Link]
    /// Ids of uploaded files, each once.
    public var attachments: [String]
    /// What it is said to take; 0 where nothing is said.
    public var durationSeconds: Int64

    public init(
        title: String, text: String = "", videoURL: String? = nil, links: [Link] = [], attachments: [String] = [],
        durationSeconds: Int64 = 0
    ) {
        self.title = title
        self.text = text
        self.videoURL = videoURL
        self.links = links
        self.attachments = attachments
        self.durationSeconds = durationSeconds
    }

    public func validate() throws(CourseRefusal) {
        try FieldRules.title(title, "/title")
        try FieldRules.text(text, "/text", bytesMax: CourseBounds.markdownBytesMax)
        if let videoURL { try FieldRules.link(videoURL, "/video_url") }
        try FieldRules.count(links.count, "/links", max: CourseBounds.lessonLinksMax)
        for (index, link) in links.enumerated() {
            try FieldRules.title(link.title, "/links/\(index)/title")
            try FieldRules.link(link.url, "/links/\(index)/url")
        }
        try FieldRules.count(attachments.count, "/attachments", max: CourseBounds.lessonLinksMax)
        guard attachments.allSatisfy({ (1...CourseBounds.fileIDBytesMax).contains($0.utf8.count) }),
            Set(attachments).count == attachments.count
        else {
            throw .invalid(
                pointer: "/attachments", code: "invalid_format", detail: "they are ids of uploaded files, each once")
        }
        try FieldRules.number(durationSeconds, "/duration_s", in: 0...CourseBounds.durationSecondsMax)
    }
}
