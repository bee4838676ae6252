internal import Auth
internal import Base
internal import Gateway
internal import Persistence

extension Assembly {
    /// Courses, with a key of their own for certificates.
    static func courses(
        _ storage: Storage, _ directory: borrowing DataDirectory, _ configuration: Configuration
    ) throws -> CourseServices {
        let key = try directory.secret(named: "certificate.key") {
            var random = RandomSource.system
            return random.bytes(Digest.byteCount)
        }
        return CourseServices(
            store: storage.courses, certificateKey: Secret(key), isPublic: configuration.hasPublicCourses)
    }
}
