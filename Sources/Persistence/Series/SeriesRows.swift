internal import Base
internal import Channels
internal import Telemetry

/// Rows of figures in the database.
struct SeriesRows {
    let database: Database

    private static let names = Figures.Name.allCases.map(\.rawValue).joined(separator: ", ")
    private static let gaps = Figures.Name.allCases.map { _ in "?" }.joined(separator: ", ")
    /// Rows of a span that are taken away with a new one: more than there are new ones.
    private static let staleMax = 100

    func rows(_ span: SeriesSpan, from: Timestamp, before: Timestamp) throws(StoreFailure) -> [SeriesRow] {
        try database.prepare(
            "SELECT at, \(Self.names) FROM series WHERE span = ? AND at >= ? AND at < ? ORDER BY at"
        ).bind(span.seconds).bind(from).bind(before).all { row throws(StoreFailure) in
            var figures = Figures()
            for (index, name) in Figures.Name.allCases.enumerated() { figures[name] = row.integer(CInt(index + 1)) }
            return SeriesRow(at: row.time(0), figures: figures)
        }
    }

    /// Rows of a span from a moment on, and behind them those of shorter ones that none of its rows has yet.
    func latest(_ span: SeriesSpan, from: Timestamp) throws(StoreFailure) -> [SeriesRow] {
        try database.snapshot { () throws(StoreFailure) in
            var found: [SeriesRow] = [], from = from, span: SeriesSpan? = span
            while let next = span {
                let rows = try rows(next, from: from, before: .distantFuture)
                found += rows
                if let last = rows.last { from = last.at.adding(seconds: next.seconds) }
                span = next.shorter
            }
            return found
        }
    }

    /// Keeps a minute's figures, joined to what is there of it, and of each longer span that it begins those of the one
    /// before; and takes away what is too old.
    func keep(_ row: SeriesRow) throws(StoreFailure) {
        let at = SeriesSpan.minute.start(of: row.at)
        let known = try rows(.minute, from: at, before: at.adding(seconds: SeriesSpan.minute.seconds)).first
        try write(.minute, SeriesRow(at: at, figures: known?.figures.joined(by: row.figures) ?? row.figures))
        for span in SeriesSpan.allCases {
            if let longer = span.longer { try join(span, to: longer, before: longer.start(of: at)) }
            try database.prepare(
                """
                DELETE FROM series WHERE span = ?1 AND at IN
                (SELECT at FROM series WHERE span = ?1 AND at < ?2 ORDER BY at LIMIT \(Self.staleMax))
                """
            ).bind(span.seconds).bind(at.adding(seconds: -span.keptSeconds)).run()
        }
    }

    /// Makes the longer spans that are over and have not been made: of what came behind the last of them.
    private func join(
        _ span: SeriesSpan, to longer: SeriesSpan, before end: Timestamp
    ) throws(StoreFailure) {
        let made =
            try database.prepare("SELECT max(at) FROM series WHERE span = ?").bind(longer.seconds)
            .first { row throws(StoreFailure) in row.timeOrNull(0) } ?? nil
        let from = made?.adding(seconds: longer.seconds) ?? Timestamp(milliseconds: 0)
        // The one that was made last is there: there is nothing behind it before the next is over.
        guard from < end else { return }
        var joined: SeriesRow?
        for row in try rows(span, from: from, before: end) {
            let at = longer.start(of: row.at)
            if let sum = joined, sum.at == at {
                joined?.figures = sum.figures.joined(by: row.figures)
            } else {
                if let joined { try write(longer, joined) }
                joined = SeriesRow(at: at, figures: row.figures)
            }
        }
        if let joined { try write(longer, joined) }
    }

    func write(_ span: SeriesSpan, _ row: SeriesRow) throws(StoreFailure) {
        let statement = try database.prepare(
            "INSERT OR REPLACE INTO series (span, at, \(Self.names)) VALUES (?, ?, \(Self.gaps))"
        ).bind(span.seconds).bind(row.at)
        for name in Figures.Name.allCases { _ = statement.bind(row.figures[name]) }
        try statement.run()
    }
}
