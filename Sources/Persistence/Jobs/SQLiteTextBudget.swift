internal import Auth
internal import Base
internal import Channels

/// What of the day's text messages has been spent, on disk: a row for each beginning of numbers, a thousand at most.
struct SQLiteTextBudget: TextBudget {
    let committer: Committer

    func take(_ number: String, within dailyMax: Int) async throws(JobFailure) -> Bool {
        try await committer.change(or: JobFailure.self) { transaction throws(StoreFailure) in
            let database = transaction.database, prefix = SpentTexts.prefix(of: number)
            var spent =
                try database.prepare("SELECT day, spent FROM text_budget WHERE prefix = ?").bind(prefix)
                .first { row throws(StoreFailure) in SpentTexts(day: row.integer(0), count: Int(row.integer(1))) }
                ?? SpentTexts()
            guard spent.take(at: transaction.now, within: dailyMax) else { return false }
            try database.prepare(
                """
                INSERT INTO text_budget VALUES (?, ?, ?)
                ON CONFLICT (prefix) DO UPDATE SET day = excluded.day, spent = excluded.spent
                """
            ).bind(prefix).bind(spent.day).bind(spent.count).run()
            return true
        }
    }
}
