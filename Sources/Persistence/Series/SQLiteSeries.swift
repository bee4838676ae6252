internal import Base
internal import Channels
internal import Reactor
internal import Telemetry

extension SeriesFailure: PortFailure {}

/// Figures by minutes, hours and days.
struct SQLiteSeries: SeriesStore {
    let readers: WorkPool<Reader>
    let committer: Committer

    func keep(_ row: SeriesRow) async throws(SeriesFailure) {
        try await committer.change(or: SeriesFailure.self) { transaction throws(StoreFailure) in
            try SeriesRows(database: transaction.database).keep(row)
        }
    }

    func rows(_ span: SeriesSpan, from: Timestamp) async throws(SeriesFailure) -> [SeriesRow] {
        try await readers.look(or: SeriesFailure.self) { _, accounts throws(StoreFailure) in
            try SeriesRows(database: accounts.database).latest(span, from: from)
        }
    }

    func population(activeSince: Timestamp) async throws(SeriesFailure) -> Population {
        try await readers.look(or: SeriesFailure.self) { archive, _ throws(StoreFailure) in
            try archive.statement(
                """
                SELECT (SELECT count(*) FROM users WHERE is_active = 1),
                (SELECT count(DISTINCT user) FROM logins WHERE last_seen_at >= ?),
                (SELECT count(*) FROM courses WHERE state = 'published' AND deleted_at IS NULL),
                (SELECT coalesce(sum(taken), 0) FROM courses WHERE deleted_at IS NULL)
                """
            ).bind(activeSince).first { row throws(StoreFailure) in
                var population = Population()
                population.users = row.integer(0)
                population.active = row.integer(1)
                population.courses = row.integer(2)
                population.enrolments = row.integer(3)
                return population
            } ?? Population()
        }
    }
}
