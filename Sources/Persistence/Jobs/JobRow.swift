internal import Auth
internal import Base
internal import Channels

/// Jobs as rows, both ways.
enum JobRow {
    static let columns =
        "id, kind, state, user, payload, result, errors, done, total, attempts, created_at, updated_at, cursor"

    static func read(_ row: Statement) throws(StoreFailure) -> Job {
        guard let state = Job.State(rawValue: row.string(2)) else {
            throw .broken("the job \(row.integer(0)) is damaged")
        }
        return Job(
            id: row.integer(0), kind: JobKind(row.string(1)), state: state,
            user: row.integerOrNull(3).flatMap { UserID(rawValue: $0) }, payload: row.bytes(4),
            progress: Job.Progress(done: row.integer(7), total: row.integer(8)),
            result: row.isNull(5) ? nil : row.bytes(5), faults: faults(row.bytes(6)),
            cursor: row.isNull(12) ? nil : row.bytes(12), attempts: Int(row.integer(9)),
            createdAt: row.time(10), updatedAt: row.time(11))
    }

    static func written(_ faults: [Job.Fault]) -> [UInt8] {
        var json = JSONWriter()
        json.array { json in
            for fault in faults.prefix(Job.faultsMax) { fault.write(to: &json) }
        }
        return json.bytes
    }

    private static func faults(_ bytes: [UInt8]) -> [Job.Fault] {
        guard let root = try? JSONDocument(parsing: bytes).root else { return [] }
        return root.elements.map {
            Job.Fault(
                row: $0["row"]?.integer ?? 0, code: $0["code"]?.string ?? "", detail: $0["detail"]?.string ?? "")
        }
    }
}
