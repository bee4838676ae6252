public import Base

extension Lesson {
    /// As the wire has it.
    /// - Parameter isWhole: false for who may know that there is such a lesson, and no more.
    func write(to json: inout JSONWriter, isWhole: Bool, files: [LessonFile]? = nil) {
        json.object { json in
            json.member("id", id.description)
            json.member("course", course.description)
            if isWhole {
                content.write(membersTo: &json)
                json.member("text_html", Markdown.html(content.text))
                if let files {
                    json.array("files") { json in
                        for file in files { file.write(to: &json) }
                    }
                }
            } else {
                json.member("title", content.title)
                json.member("duration_s", content.durationSeconds)
            }
            json.member("position", position)
            json.array("prerequisites") { json in
                for lesson in prerequisites { json.value(lesson.description) }
            }
            json.member("state", state.rawValue)
            json.member("version", version)
            json.member("created_at", createdAt)
            json.member("updated_at", updatedAt)
        }
    }
}

extension LessonContent {
    func write(membersTo json: inout JSONWriter) {
        json.member("title", title)
        json.member("text", text)
        json.member("video_url", orNull: videoURL)
        json.array("links") { json in
            for link in links {
                json.object { json in
                    json.member("title", link.title)
                    json.member("url", link.url)
                }
            }
        }
        json.array("attachments") { json in
            for file in attachments { json.value(file) }
        }
        json.member("duration_s", durationSeconds)
    }

    init(_ fields: FieldReader) throws(CourseRefusal) {
        var links: [Link] = []
        for element in try fields.elements("links", max: CourseBounds.lessonLinksMax) ?? [] {
            let link = try FieldReader(element.json, at: element.pointer)
            links.append(Link(title: try link.required("title"), url: try link.required("url")))
        }
        self.init(
            title: try fields.required("title"), text: try fields.string("text") ?? "",
            videoURL: try fields.string("video_url"), links: links,
            attachments: try fields.strings("attachments", max: CourseBounds.lessonLinksMax) ?? [],
            durationSeconds: try fields.integer("duration_s") ?? 0)
    }
}

extension AddLesson {
    /// Reads a request's body.
    public init(_ json: JSONElement) throws(CourseRefusal) {
        let fields = try FieldReader(json)
        self.init(
            content: try LessonContent(fields), state: try fields.word("state", of: Lesson.State.self) ?? .draft,
            prerequisites: try fields.lessons("prerequisites"))
    }
}
