internal import Base
internal import Courses
internal import REST

/// Courses as the API's documents describe them. What bodies may hold is checked by those who decide.
extension Shape {
    private static let id = Shape.Kind.text(bytes: 1...20)

    static let course = Shape(
        "Course",
        [
            .required("id", id, "its number"),
            .required("slug", .text(bytes: 1...CourseBounds.slugBytesMax), "its name in addresses"),
            .required("title", .text(bytes: 1...CourseBounds.titleBytesMax), "what it is called, as its channel is"),
            .required("summary", .text(bytes: 0...CourseBounds.summaryBytesMax), "a sentence or two"),
            .required("description", .text(bytes: 0...CourseBounds.markdownBytesMax), "Markdown"),
            .required("tags", .list(of: .text(bytes: 1...64), countMax: CourseBounds.tagsMax), "what it is about"),
            .optional("level", .text(bytes: 1...16), "beginner, intermediate or advanced"),
            .optional("language", .text(bytes: 1...64), "a language tag such as pt-BR"),
            .optional("cover", .text(bytes: 1...64), "the id of a file"),
            .required("state", .text(bytes: 1...16), "draft, published or archived"),
            .required("enrolment", .text(bytes: 1...16), "open, approval or invitation"),
            .optional("capacity", .integer(1...CourseBounds.capacityMax), "students at once"),
            .required("waiting_list", .boolean, "whether who comes to a full course waits"),
            .optional("enrolment_opens_at", .time, "nobody enrols before"),
            .optional("enrolment_closes_at", .time, "nobody enrols from then on"),
            .optional("minimum_age", .integer(1...Int64(CourseBounds.ageMax)), "whole years"),
            .required("owner", .userID, "who made it"),
            .required("instructors", .list(of: .userID, countMax: .max), "who teaches it, the owner first"),
            .optional("channel", .channelID, "where its students talk; for those who are in it"),
            .required("lessons_count", .integer(0...Int64.max), "published lessons"),
            .required("enrolled_count", .integer(0...Int64.max), "students"),
            .required("enrolled", .boolean, "whether the caller is one"),
            .optional("enrolment_state", .text(bytes: 1...16), "what the caller is on its roster"),
            .required("version", .integer(1...Int64.max), "what If-Match names in a tag"),
            .required("created_at", .time, "when it was made"),
            .required("updated_at", .time, "when it was last changed"),
            .optional("published_at", .time, "when it was first published"),
        ])

    /// What is read of a body; a whole one needs a title.
    static let courseBody = Shape(
        "CourseBody", course.fields.filter { Self.written.contains($0.name) }.map(\.asOptional))

    private static let written: Set = [
        "slug", "title", "summary", "description", "tags", "level", "language", "cover", "state", "enrolment",
        "capacity", "waiting_list", "enrolment_opens_at", "enrolment_closes_at", "minimum_age", "instructors",
    ]

    static let lesson = Shape(
        "Lesson",
        [
            .required("id", id, "its number"),
            .required("course", id, "the course that it is of"),
            .required("title", .text(bytes: 1...CourseBounds.titleBytesMax), "what it is called"),
            .optional("text", .text(bytes: 0...CourseBounds.markdownBytesMax), "Markdown"),
            .optional("video_url", .text(bytes: 1...CourseBounds.linkBytesMax), "a page with a video"),
            .optional(
                "attachments", .list(of: .text(bytes: 1...64), countMax: CourseBounds.lessonLinksMax),
                "ids of files of whoever attaches them"),
            .required("position", .integer(1...Int64.max), "its place in the course"),
            .required("duration_s", .integer(0...CourseBounds.durationSecondsMax), "what it takes"),
            .required("prerequisites", .list(of: id, countMax: CourseBounds.prerequisitesMax), "lessons before it"),
            .required("state", .text(bytes: 1...16), "draft or published"),
            .required("version", .integer(1...Int64.max), "what If-Match names in a tag"),
        ])

    static let lessonBody = Shape(
        "LessonBody",
        lesson.fields.filter { !["id", "course", "position", "version"].contains($0.name) }.map(\.asOptional))

    static let enrolment = Shape(
        "Enrolment",
        [
            .required("course", id, "the course"),
            .required("user", .userID, "who"),
            .required("state", .text(bytes: 1...16), "invited, requested, waiting, active, left or turned_away"),
            .required("enrolled", .boolean, "whether they are a student"),
            .optional("place", .integer(1...Int64.max), "on the waiting list"),
            .optional("channel", .channelID, "where students talk"),
            .required("since", .time, "since when"),
        ])

    static let lessonProgress = Shape(
        "Progress",
        [
            .required("course", id, "the course"),
            .optional("lesson", id, "the lesson"),
            .optional("percent", .integer(0...100), "how far; it only rises"),
            .required("completed", .boolean, "whether it is done"),
            .optional("resume_s", .integer(0...CourseBounds.resumeSecondsMax), "where to go on"),
            .optional("updated_at", .time, "when it last changed"),
        ])

    static let progressBody = Shape(
        "ProgressBody",
        [
            .optional("percent", .integer(0...100), "how far"),
            .optional("completed", .boolean, "whether it is done"),
            .optional("resume_s", .integer(0...CourseBounds.resumeSecondsMax), "where to go on"),
        ])

    static let question = Shape(
        "Question",
        [
            .optional("id", id, "its number within the quiz"),
            .required("type", .text(bytes: 1...16), Prompt.Kind.allCases.map(\.rawValue).joined(separator: ", ")),
            .required("text", .text(bytes: 1...CourseBounds.questionBytesMax), "Markdown"),
            .optional(
                "options", .list(of: .text(bytes: 1...CourseBounds.optionBytesMax), countMax: CourseBounds.optionsMax),
                "of the two choices"),
            .optional("weight", .integer(1...Int64(CourseBounds.weightMax)), "how much it counts"),
        ])

    static let quiz = Shape(
        "Quiz",
        [
            .required("id", id, "its number"),
            .required("course", id, "the course that it is of"),
            .required("title", .text(bytes: 1...CourseBounds.titleBytesMax), "what it is called"),
            .required("pass_mark", .integer(0...100), "percent"),
            .optional("attempts_max", .integer(1...Int64(CourseBounds.attemptsMax)), "attempts of a student"),
            .optional(
                "time_limit_s", .integer(CourseBounds.timeLimitSecondsMin...CourseBounds.timeLimitSecondsMax),
                "seconds of an attempt"),
            .required(
                "questions", .list(of: .object(question), countMax: CourseBounds.questionsMax),
                "for those who teach with the right answers"),
        ])

    static let quizBody = Shape(
        "QuizBody",
        [
            .required("title", .text(bytes: 1...CourseBounds.titleBytesMax), "what it is called"),
            .required(
                "questions", .list(of: .object(question), countMax: CourseBounds.questionsMax),
                "each with its answer"),
        ])

    static let attempt = Shape(
        "Attempt",
        [
            .required("id", id, "its number"),
            .required("quiz", id, "the quiz"),
            .required("state", .text(bytes: 1...16), "open, submitted or graded"),
            .required("answers", .list(of: .object(answer), countMax: CourseBounds.questionsMax), "as they are saved"),
            .required("started_at", .time, "when it was begun"),
            .optional("deadline", .time, "when its time is up"),
            .optional("submitted_at", .time, "when it was closed"),
        ])

    static let answersBody = Shape(
        "Answers",
        [
            .optional("answers", .list(of: .object(answer), countMax: CourseBounds.questionsMax), "what is answered"),
            .optional("revision", .integer(1...Int64.max), "the client's count of its saves"),
        ])

    private static let answer = Shape("Answer", [.required("question", id, "the question's number")])
}

extension Shape.Field {
    fileprivate var asOptional: Shape.Field {
        var field = self
        field.isRequired = false
        return field
    }
}
