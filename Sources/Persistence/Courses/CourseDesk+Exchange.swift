internal import Base
internal import Channels
internal import Courses

extension CourseDesk {
    /// Makes a course of a file, as a draft. Files of another server, or of somebody else, it does not show.
    mutating func take(_ file: CourseFile) throws(CourseStop) -> CourseView {
        var content = file.content
        content.cover = nil
        let view = try create(CreateCourse(content: content, rules: file.rules))
        let course = view.course, now = now
        let firstLesson = try nextID(in: "lessons"), firstQuiz = try nextID(in: "quizzes")
        for (place, part) in file.lessons.enumerated() {
            guard let id = LessonID(rawValue: firstLesson + Int64(place)) else { throw .refused(.unavailable) }
            var content = part.content
            content.attachments = []
            for file in part.content.attachments where try rows.mayShow(file, in: course.id, by: caller.user) {
                content.attachments.append(file)
            }
            try insert(
                Lesson(
                    id: id, course: course.id, content: content, state: part.state, position: place + 1,
                    prerequisites: part.prerequisites.compactMap { LessonID(rawValue: firstLesson + Int64($0)) },
                    createdAt: now, updatedAt: now))
        }
        for (place, part) in file.quizzes.enumerated() {
            guard let id = QuizID(rawValue: firstQuiz + Int64(place)) else { throw .refused(.unavailable) }
            try insert(
                Quiz(
                    id: id, course: course.id, title: part.title, rules: part.rules, questions: part.questions,
                    createdAt: now, updatedAt: now))
        }
        try recount(course.id)
        var whole = view
        whole.standing.publishedLessons = file.lessons.count { $0.state == .published }
        return whole
    }
}
