internal import Base
internal import Channels
public import Courses
public import REST
internal import Wire

/// Certificates of completed courses: a link that says what is so, and can be checked by whoever has it.
public struct CertificateRoutes: Sendable {
    private let courses: any CourseLearning
    private let seal: any CertificateSeal

    public init(courses: any CourseLearning, seal: any CertificateSeal) {
        self.courses = courses
        self.seal = seal
    }

    public var routes: [Route] {
        [
            Route(
                .get, "/api/v1/courses/{id}/certificate", access: .user,
                "The caller's certificate of a course that they have completed; always the same one",
                answers: [
                    .init(200, nil, "the certificate; url is where anybody can check it"), .noCourse,
                    .init(403, nil, "the course is not completed"),
                ], handler: make),
            Route(
                .get, "/api/v1/certificates/{token}", access: .anyone, "Whether a certificate is one of this server",
                answers: [
                    .init(200, nil, "it is, and this is what it says"),
                    .init(404, nil, "it is none, or whose it was is gone"),
                ], handler: check),
        ]
    }

    @Sendable private func make(_ call: Call) async throws(APIError) -> HTTPResponse {
        let key = try call.courseKey()
        var random = RandomSource.system
        let id = CertificateID(random: &random)
        let certificate = try await taught { () async throws(CourseRefusal) in
            try await courses.certificate(in: key, orMake: id, by: call.courseCaller)
        }
        return .json { certificate.write(to: &$0, token: certificate.token(sealedBy: seal)) }
    }

    @Sendable private func check(_ call: Call) async throws(APIError) -> HTTPResponse {
        guard let token = call.parameters["token"], let certificate = Certificate(token: token, sealedBy: seal),
            try await taught({ () async throws(CourseRefusal) in try await courses.stands(certificate.id) })
        else { throw APIError(Rejection(.notFound, "this is no certificate of this server")) }
        return .json { certificate.write(to: &$0, token: token) }
    }
}

extension Certificate {
    fileprivate func write(to json: inout JSONWriter, token: String) {
        json.object { json in
            json.member("valid", true)
            json.member("id", id.description)
            json.member("course", course.description)
            json.member("title", title)
            json.member("student", student)
            json.member("name", name)
            json.member("completed_at", completedAt)
            json.member("issued_at", issuedAt)
            json.member("token", token)
            json.member("url", "/api/v1/certificates/\(token)")
        }
    }
}
