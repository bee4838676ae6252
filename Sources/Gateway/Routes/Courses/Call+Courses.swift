internal import Auth
internal import Base
internal import Channels
internal import Courses
internal import REST
internal import Wire

/// What the routes of courses share.
extension Call {
    /// Who asks. A key acts as its user; whoever may both teach and keep order on the server reaches every course.
    var courseCaller: CourseCaller {
        let permissions = caller?.permissions ?? []
        return CourseCaller(
            user: caller?.user ?? key?.user, isRuling: permissions.isSuperset(of: [.teach, .moderate]),
            address: client.address?.description)
    }

    func courseKey(_ name: String = "id") throws(APIError) -> CourseKey {
        guard let key = parameters[name].flatMap({ CourseKey($0) }) else { throw APIError(course: .noSuchCourse) }
        return key
    }

    func lessonID(_ name: String = "id") throws(APIError) -> LessonID {
        guard let id = parameters[name].flatMap({ LessonID($0) }) else { throw APIError(course: .noSuchLesson) }
        return id
    }

    func quizID() throws(APIError) -> QuizID {
        guard let id = parameters["id"].flatMap({ QuizID($0) }) else { throw APIError(course: .noSuchQuiz) }
        return id
    }

    func attemptID() throws(APIError) -> AttemptID {
        guard let id = parameters["aid"].flatMap({ AttemptID($0) }) else { throw APIError(course: .noSuchAttempt) }
        return id
    }

    var wantsCSV: Bool { head.headers["accept"]?.contains("text/csv") == true }

    /// The version that If-Match names (RFC 9110 section 13.1.1); `nil` where anything will do. What names none of ours
    /// names a version that there never was.
    var expectedVersion: Int64? {
        guard let field = head.headers["if-match"] else { return nil }
        switch EntityTagList(field) {
        case .any: return nil
        case .tags(let tags):
            let versions = tags.compactMap { tag -> Int64? in
                guard !tag.isWeak, tag.opaque.hasPrefix("v"), let end = tag.opaque.firstIndex(of: "-") else {
                    return nil
                }
                return Int64(plainDecimal: String(tag.opaque[..<end].dropFirst()))
            }
            return versions.max() ?? 0
        }
    }

    /// The whole of a body that is no JSON object, within its route's bound.
    func wholeBody(bytesMax: Int) async throws(APIError) -> [UInt8] {
        var body: [UInt8] = []
        do throws(HTTPViolation) {
            while body.count <= bytesMax, let piece = try await stream.next() { body += piece }
        } catch {
            throw APIError(error)
        }
        guard body.count <= bytesMax else { throw APIError(Rejection(.tooLarge, "at most \(bytesMax) bytes")) }
        return body
    }
}

extension HTTPResponse {
    static func csv(_ body: [UInt8], named name: String) -> HTTPResponse {
        HTTPResponse(
            status: 200,
            headers: HTTPHeaders([
                ("Content-Type", "text/csv; charset=utf-8"),
                ("Content-Disposition", "attachment; filename=\"\(name).csv\""),
            ]), body: body)
    }

    /// With a strong tag that names the version, and what the caller is shown of it.
    func tagged(_ version: Int64) -> HTTPResponse {
        var tagged = self
        tagged.headers.set("ETag", EntityTag("v\(version)-\(EntityTag(of: body).opaque)").description)
        return tagged
    }
}

extension APIError {
    init(course refusal: CourseRefusal) {
        switch refusal {
        case .invalid(let pointer, let code, let detail): self.init(.invalid(pointer, code, detail))
        case .unavailable: self.init(.overloaded)
        case .storageFull: self.init(.storageFull)
        default: self.init(Rejection(Rejection.Code(rawValue: refusal.code) ?? .internal, refusal.message))
        }
    }
}

/// What courses' ports come to, as a request is told of it.
func taught<Value>(_ body: () async throws(CourseRefusal) -> Value) async throws(APIError) -> Value {
    do throws(CourseRefusal) { return try await body() } catch { throw APIError(course: error) }
}

/// What is decided without asking anybody; likewise.
func ruled<Value>(_ body: () throws(CourseRefusal) -> Value) throws(APIError) -> Value {
    do throws(CourseRefusal) { return try body() } catch { throw APIError(course: error) }
}

extension Route.Answer {
    static let noCourse = Route.Answer(404, nil, "there is no such course, or the caller may not know of it")
    static let notStaff = Route.Answer(403, nil, "it takes an instructor of the course")
    static let notStudent = Route.Answer(403, nil, "it takes a student of the course")
    static let changedMeanwhile = Route.Answer(412, nil, "it is not what If-Match names")
    static let notValid = Route.Answer(422, nil, "a member is not what it may be")
}
