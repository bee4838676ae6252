public import Base

extension Enrolment {
    /// The members that it has wherever it is told.
    public func writeMembers(to json: inout JSONWriter) {
        json.member("course", course.description)
        json.member("user", user)
        json.member("state", state.name)
        json.member("enrolled", state.isSeated)
        if case .waiting(let place) = state { json.member("place", place) }
        json.member("since", since)
        json.member("enrolled_at", orNull: enrolledAt)
    }
}

extension StudentRecord {
    /// Everything of one student in one course.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            enrolment.writeMembers(to: &json)
            json.member("title", title)
            json.name("progress")
            progress.write(to: &json)
            json.array("attempts") { json in
                for paper in papers { paper.write(to: &json) }
            }
            json.member("certificate", orNull: certificate?.id.description)
        }
    }
}
