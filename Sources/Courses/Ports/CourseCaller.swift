public import Base

/// Who asks something of courses.
public struct CourseCaller: Equatable, Sendable {
    /// `nil` for who has not said who they are.
    public var user: UserID?
    /// Whether the user's permissions reach every course.
    public var isRuling: Bool
    /// The client's address, for the audit trail.
    public var address: String?

    public init(user: UserID?, isRuling: Bool = false, address: String? = nil) {
        self.user = user
        self.isRuling = isRuling
        self.address = address
    }
}

/// What a course is called in an address: its number, or its slug, which has a letter in it.
public enum CourseKey: Equatable, Sendable {
    case id(CourseID)
    case slug(Slug)

    /// `nil` for what is neither.
    public init?(_ text: String) {
        if let id = CourseID(text) {
            self = .id(id)
        } else if let slug = try? Slug(text) {
            self = .slug(slug)
        } else {
            return nil
        }
    }
}
