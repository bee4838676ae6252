internal import Base

/// A certificate as one word that may stand in an address: what it says and the signature over that, both in the
/// URL-safe alphabet of RFC 4648 section 5, with a point between them.
///
/// It is no JSON Web Token on purpose: nothing in it says how it is to be checked, and nothing that checks tokens of
/// logins would take it.
extension Certificate {
    /// What stands before everything that is signed, so that a signature over a certificate is one over nothing else.
    private static let prefix = Array("confab certificate 1\n".utf8)

    public func token(sealedBy seal: some CertificateSeal) -> String {
        let content = json(keyID: seal.keyID)
        return Base64.encodeURLSafe(content) + "." + Base64.encodeURLSafe(seal.sign(Self.prefix + content))
    }

    /// `nil` for whatever this seal has not signed. Nothing of it is read before the signature has been found right,
    /// but the name of the key.
    public init?(token: String, sealedBy seal: some CertificateSeal) {
        guard token.utf8.count <= CourseBounds.certificateBytesMax else { return nil }
        let parts = token.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 2, let content = Base64.decodeURLSafe(parts[0]),
            let signature = Base64.decodeURLSafe(parts[1]),
            let json = try? JSONDocument(parsing: content).root, let keyID = json["key"]?.string,
            seal.isRight(signature, over: Self.prefix + content, by: keyID)
        else { return nil }
        guard let id = json["id"]?.string.flatMap({ CertificateID($0) }),
            let course = json["course"]?.string.flatMap({ CourseID($0) }), let title = json["title"]?.string,
            let student = json["student"]?.string.flatMap({ UserID($0) }), let name = json["name"]?.string,
            let completedAt = json["completed_at"]?.string.flatMap({ Timestamp(rfc3339: $0) }),
            let issuedAt = json["issued_at"]?.string.flatMap({ Timestamp(rfc3339: $0) })
        else { return nil }
        self.init(
            id: id, course: course, title: title, student: student, name: name, completedAt: completedAt,
            issuedAt: issuedAt)
    }

    private func json(keyID: String) -> [UInt8] {
        JSONWriter.object { json in
            json.member("key", keyID)
            json.member("id", id.description)
            json.member("course", course.description)
            json.member("title", title)
            json.member("student", student)
            json.member("name", name)
            json.member("completed_at", completedAt)
            json.member("issued_at", issuedAt)
        }
    }
}
