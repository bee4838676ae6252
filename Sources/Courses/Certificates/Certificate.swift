public import Base

/// That somebody completed a course. It says so by itself: what it says is in it, and signed.
public struct Certificate: Equatable, Sendable {
    /// The certificate's own number, which nobody can guess.
    public let id: CertificateID
    public let course: CourseID
    public let title: String
    public let student: UserID
    /// As the student was called when it was made.
    public let name: String
    public let completedAt: Timestamp
    public let issuedAt: Timestamp

    public init(
        id: CertificateID, course: CourseID, title: String, student: UserID, name: String, completedAt: Timestamp,
        issuedAt: Timestamp
    ) {
        self.id = id
        self.course = course
        self.title = title
        self.student = student
        self.name = name
        self.completedAt = completedAt
        self.issuedAt = issuedAt
    }

    /// Makes one for who has completed the course, a student no longer or an archived course too.
    public static func issue(
        _ id: CertificateID, of course: Course, to student: UserID, named name: String, for completion: Completion,
        at now: Timestamp
    ) throws(CourseRefusal) -> Certificate {
        guard let completedAt = completion.completedAt else { throw .notCompleted }
        return Certificate(
            id: id, course: course.id, title: course.content.title, student: student, name: name,
            completedAt: completedAt, issuedAt: now)
    }
}

/// 128 random bits.
public struct CertificateID: RandomID {
    public let high: UInt64
    public let low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }
}

/// Signs certificates, and knows its signatures again. Whoever implements it uses a key of its own for this, or one
/// whose other messages cannot begin like a certificate's.
public protocol CertificateSeal: Sendable {
    /// The name of the key that signs now.
    var keyID: String { get }
    func sign(_ message: [UInt8]) -> [UInt8]
    /// In constant time where the key is a secret.
    func isRight(_ signature: [UInt8], over message: [UInt8], by keyID: String) -> Bool
}
