public import Auth
public import Base
internal import Channels
public import REST
internal import Wire

/// The audit trail: who did what to whom, from where.
public struct AuditRoutes: Sendable {
    /// Rows of one page.
    private static let pageMax: Int64 = 200

    private let audit: any AuditTrail
    private let time: TimeSource

    public init(_ audit: any AuditTrail, time: TimeSource) {
        self.audit = audit
        self.time = time
    }

    public var routes: [Route] {
        [
            Route(
                .get, "/api/v1/logs", access: .permitted(.readAudit), "The audit trail, newest first",
                query: [
                    .optional("actor", .userID, "only what this user did"),
                    .optional("action", .text(bytes: 1...64), "only this, such as login.failed"),
                    .optional("target", .text(bytes: 1...128), "only what was done to this, such as user:7"),
                    .optional("since", .time, "only from this time on"),
                    .optional("limit", .integer(1...Self.pageMax), "rows of a page; 50"),
                    .optional("cursor", .text(bytes: 1...20), "where the next page begins"),
                ],
                answers: [.init(200, nil, "rows with id, at, actor, action, target, address, detail and hash")],
                handler: page),
            Route(
                .get, "/api/v1/logs/verify", access: .permitted(.readAudit),
                "Checks that nothing of the trail was changed or taken away",
                answers: [.init(200, Self.verdict, "what was found")], handler: verify),
            Route(
                .post, "/operator/audit/verify", access: .operatorOnly,
                "Checks that nothing of the trail was changed or taken away",
                answers: [.init(200, Self.verdict, "what was found")], handler: verify),
        ]
    }

    private static let verdict = Shape(
        "AuditVerdict",
        [
            .required("verdict", .text(bytes: 1...16), "whole, broken or cut_short"),
            .required("count", .integer(0...Int64.max), "rows that are as they were written"),
            .optional("broken_at", .integer(1...Int64.max), "the first row that is not"),
        ])

    @Sendable private func page(_ call: Call) async throws(APIError) -> HTTPResponse {
        let query = call.head.query
        var filter = AuditFilter(target: query["target"])
        if let text = query["actor"] {
            guard let user = UserID(text) else {
                throw APIError(.invalid("?actor", "invalid_format", "actor is a user's id"))
            }
            filter.actor = user
        }
        if let text = query["action"] {
            guard let action = AuditEntry.Action(rawValue: text) else {
                throw APIError(.invalid("?action", "unknown", "there is no such action"))
            }
            filter.action = action
        }
        if let text = query["since"] {
            guard let since = Timestamp(rfc3339: text) else {
                throw APIError(.invalid("?since", "invalid_format", "since is a time as in RFC 3339"))
            }
            filter.since = since
        }
        let limit = Int(try call.number("limit", in: 1...Self.pageMax) ?? 50)
        let before = try call.number("cursor", in: 1...Int64.max)
        let rows = try await read { () async throws(AccountFailure) in
            try await audit.page(filter, before: before, limit: limit)
        }
        let next = rows.count == limit ? rows.last.map { "\($0.number)" } : nil
        return .page(rows, next: next, at: "/api/v1/logs?limit=\(limit)") { row, json in row.write(to: &json) }
    }

    @Sendable private func verify(_ call: Call) async throws(APIError) -> HTTPResponse {
        let verdict = try await read { () async throws(AccountFailure) in try await audit.verify() }
        return .json { json in json.object { json in verdict.write(to: &json) } }
    }

    private func read<Value>(
        _ body: () async throws(AccountFailure) -> Value
    ) async throws(APIError) -> Value {
        do throws(AccountFailure) { return try await body() } catch { throw APIError(.overloaded) }
    }
}

extension AuditRow {
    fileprivate func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", "\(number)")
            json.member("at", entry.at)
            json.member("actor", orNull: entry.cause.actor?.description)
            json.member("action", entry.action.rawValue)
            json.member("target", orNull: entry.target)
            json.member("address", orNull: entry.cause.address)
            json.member("detail", orNull: entry.detail)
            json.member("hash", Base64.encodeURLSafe(code))
        }
    }
}

extension AuditVerdict {
    fileprivate func write(to json: inout JSONWriter) {
        switch self {
        case .whole(let count):
            json.member("verdict", "whole")
            json.member("count", count)
        case .cutShort(let count):
            json.member("verdict", "cut_short")
            json.member("count", count)
        case .broken(let number):
            json.member("verdict", "broken")
            json.member("count", number - 1)
            json.member("broken_at", number)
        }
    }
}
