public import Base

/// What a course is to whoever looks at it, beside the course itself.
public struct CourseStanding: Equatable, Sendable {
    public var publishedLessons: Int
    public var enrolledCount: Int64
    /// The caller's; `nil` for nobody's.
    public var enrolment: Enrolment?

    public init(publishedLessons: Int, enrolledCount: Int64, enrolment: Enrolment? = nil) {
        self.publishedLessons = publishedLessons
        self.enrolledCount = enrolledCount
        self.enrolment = enrolment
    }
}

extension Course {
    /// As the wire has it. The channel is told to those who are in it.
    /// - Parameter isWhole: with the description as HTML too.
    public func write(
        to json: inout JSONWriter, _ standing: CourseStanding, for role: CourseRole, isWhole: Bool = false
    ) {
        json.object { json in
            json.member("id", id.description)
            json.member("slug", slug.text)
            content.write(membersTo: &json)
            if isWhole { json.member("description_html", Markdown.html(content.description)) }
            json.member("state", state.rawValue)
            rules.write(membersTo: &json)
            json.member("owner", owner)
            json.array("instructors") { json in
                for user in [owner] + instructors { json.value(user) }
            }
            json.name("channel")
            if let channel, role != .stranger { json.value(channel) } else { json.null() }
            json.member("lessons_count", standing.publishedLessons)
            json.member("enrolled_count", standing.enrolledCount)
            json.member("role", role.name)
            json.member("enrolled", standing.enrolment?.state == .active)
            if let state = standing.enrolment?.state { json.member("enrolment_state", state.name) }
            json.member("version", version)
            json.member("created_at", createdAt)
            json.member("updated_at", updatedAt)
            json.member("published_at", orNull: publishedAt)
        }
    }
}

extension CourseContent {
    func write(membersTo json: inout JSONWriter) {
        json.member("title", title)
        json.member("summary", summary)
        json.member("description", description)
        json.array("tags") { json in
            for tag in tags { json.value(tag) }
        }
        json.member("level", orNull: level?.rawValue)
        json.member("language", orNull: language)
        json.member("cover", orNull: cover)
    }

    /// - Parameter fields: of a whole course; what is not there is empty.
    init(_ fields: FieldReader) throws(CourseRefusal) {
        self.init(
            title: try fields.required("title"), summary: try fields.string("summary") ?? "",
            description: try fields.string("description") ?? "",
            tags: try fields.strings("tags", max: CourseBounds.tagsMax) ?? [],
            level: try fields.word("level", of: Level.self), language: try fields.string("language"),
            cover: try fields.string("cover"))
    }
}

extension EnrolmentRules {
    func write(membersTo json: inout JSONWriter) {
        json.member("enrolment", admission.rawValue)
        json.member("capacity", orNull: capacity)
        json.member("waiting_list", hasWaitingList)
        json.member("enrolment_opens_at", orNull: opensAt)
        json.member("enrolment_closes_at", orNull: closesAt)
        json.member("minimum_age", orNull: ageMin.map { Int64($0) })
    }

    init(_ fields: FieldReader) throws(CourseRefusal) {
        let ageMin = try fields.integer("minimum_age")
        if let ageMin {
            try FieldRules.number(ageMin, fields.pointer + "/minimum_age", in: 1...Int64(CourseBounds.ageMax))
        }
        self.init(
            admission: try fields.word("enrolment", of: Admission.self) ?? .open,
            capacity: try fields.integer("capacity"), hasWaitingList: try fields.flag("waiting_list") ?? false,
            opensAt: try fields.time("enrolment_opens_at"), closesAt: try fields.time("enrolment_closes_at"),
            ageMin: ageMin.map { Int($0) })
    }
}

extension CreateCourse {
    /// Reads a request's body: what is not there is as it is by itself.
    public init(_ json: JSONElement) throws(CourseRefusal) {
        let fields = try FieldReader(json)
        var slug: Slug?
        if let text = try fields.string("slug") { slug = try Slug(text) }
        self.init(
            content: try CourseContent(fields), rules: try EnrolmentRules(fields), slug: slug,
            instructors: try fields.users("instructors"))
    }
}
