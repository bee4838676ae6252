public import Base

extension Job {
    /// The shape `job` of the wire. What it was given to do is not shown.
    /// - Parameter faultsMax: of what went wrong, so many are shown.
    public func write(to json: inout JSONWriter, faultsMax: Int = Job.faultsMax) {
        json.object { json in
            json.member("id", String(id))
            json.member("kind", kind.name)
            json.member("state", state.rawValue)
            json.object("progress") { json in
                json.member("done", progress.done)
                json.member("total", progress.total)
            }
            json.name("result")
            result.map { json.value(raw: $0) } ?? json.null()
            json.array("errors") { json in
                for fault in faults.prefix(faultsMax) { fault.write(to: &json) }
            }
            json.member("created_at", createdAt)
            json.member("updated_at", updatedAt)
        }
    }
}

extension Job.Fault {
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("row", row)
            json.member("code", code)
            json.member("detail", detail)
        }
    }
}
