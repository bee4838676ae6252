public import Auth
internal import Base
public import Courses
public import REST

/// What the routes of courses stand on.
public struct CourseServices: Sendable {
    public var store: any CourseStore
    public var seal: any CertificateSeal
    /// Whether who has not said who they are sees published courses.
    public var isPublic: Bool

    public init(store: any CourseStore, certificateKey: Secret, isPublic: Bool) {
        self.store = store
        seal = KeyedSeal(certificateKey)
        self.isPublic = isPublic
    }

    public func routes(_ services: Services) -> [Route] {
        let routes = [
            CourseRoutes(courses: store, isPublic: isPublic).routes,
            LessonRoutes(courses: store, isPublic: isPublic).routes,
            EnrolmentRoutes(courses: store).routes, ProgressRoutes(courses: store).routes,
            CertificateRoutes(courses: store, seal: seal).routes, QuizRoutes(courses: store).routes,
            AttemptRoutes(courses: store).routes,
            AnalyticsRoutes(
                courses: store, isPublic: isPublic, cacheSeconds: services.settings.limits.analyticsCacheTimeout,
                time: services.time
            ).routes, CourseFileRoutes(courses: store).routes,
        ]
        return routes.flatMap { $0 }
    }
}

/// Signs certificates with a secret of their own, so that they outlive the keys of tokens, which are forgotten when
/// their last token is dead.
struct KeyedSeal: CertificateSeal {
    private let key: Secret
    let keyID: String

    init(_ key: Secret) {
        self.key = key
        // It says nothing of the key, and is the same whenever the same key is given.
        let name = Digest.hmacSHA256(key: key, "confab: the name of this seal".utf8)
        keyID = Base64.encodeURLSafe(Array(name.prefix(9)))
    }

    func sign(_ message: [UInt8]) -> [UInt8] { Digest.hmacSHA256(key: key, message) }

    func isRight(_ signature: [UInt8], over message: [UInt8], by keyID: String) -> Bool {
        keyID == self.keyID && Secret(sign(message)).matches(signature)
    }
}
