public import Base

/// Who is on a course's roster, and how far they are, as CSV for those who teach.
public struct RosterFile: Equatable, Sendable {
    public struct Row: Equatable, Sendable {
        public var enrolment: Enrolment
        public var username: String
        public var displayName: String
        public var percent: Int
        public var completedAt: Timestamp?

        public init(
            enrolment: Enrolment, username: String, displayName: String, percent: Int = 0,
            completedAt: Timestamp? = nil
        ) {
            self.enrolment = enrolment
            self.username = username
            self.displayName = displayName
            self.percent = percent
            self.completedAt = completedAt
        }
    }

    public var rows: [Row]

    public init(_ rows: [Row]) { self.rows = rows }

    /// UTF-8, with a line of names first.
    public var csv: [UInt8] {
        var csv: [UInt8] = []
        CSVText.append(
            ["user", "username", "display_name", "state", "since", "enrolled_at", "percent", "completed_at"], to: &csv)
        for row in rows {
            CSVText.append(
                [
                    row.enrolment.user.description, row.username, row.displayName, row.enrolment.state.name,
                    row.enrolment.since.rfc3339, row.enrolment.enrolledAt?.rfc3339 ?? "", "\(row.percent)",
                    row.completedAt?.rfc3339 ?? "",
                ], to: &csv)
        }
        return csv
    }
}
