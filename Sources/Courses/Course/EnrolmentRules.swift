public import Base

/// Who may enrol in a course, when, and how many. All of it is free of charge.
public struct EnrolmentRules: Equatable, Sendable {
    public enum Admission: String, Sendable, CaseIterable {
        /// Whoever asks is in.
        case open
        /// An instructor says yes or no.
        case approval
        /// Those who were invited.
        case invitation
    }

    public var admission: Admission
    /// Students at once; `nil` for as many as a course may have at all.
    public var capacity: Int64?
    /// Whether who comes to a full course waits, in order, for whoever leaves.
    public var hasWaitingList: Bool
    public var opensAt: Timestamp?
    /// From then on nobody enrols any more.
    public var closesAt: Timestamp?
    /// Whole years.
    public var ageMin: Int?

    public init(
        admission: Admission = .open, capacity: Int64? = nil, hasWaitingList: Bool = false, opensAt: Timestamp? = nil,
        closesAt: Timestamp? = nil, ageMin: Int? = nil
    ) {
        self.admission = admission
        self.capacity = capacity
        self.hasWaitingList = hasWaitingList
        self.opensAt = opensAt
        self.closesAt = closesAt
        self.ageMin = ageMin
    }

    /// Students at once, whatever the course says of it.
    var seatsMax: Int64 { capacity ?? CourseBounds.capacityMax }

    public func validate() throws(CourseRefusal) {
        if let capacity { try FieldRules.number(capacity, "/capacity", in: 1...CourseBounds.capacityMax) }
        if let ageMin { try FieldRules.number(ageMin, "/minimum_age", in: 1...CourseBounds.ageMax) }
        if let opensAt, let closesAt, opensAt >= closesAt {
            throw .invalid(pointer: "/enrolment_closes_at", code: "out_of_range", detail: "it ends after it begins")
        }
        guard !hasWaitingList || capacity != nil else {
            throw .invalid(
                pointer: "/waiting_list", code: "not_supported",
                detail: "a course that is never full has no waiting list"
            )
        }
    }
}
