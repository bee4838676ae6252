import Auth
import Base
import Telemetry
import TestSupport
import Testing

@testable import Channels
@testable import Persistence

@Suite("Series on disk") struct SeriesStoreTests {
    private static let start = Timestamp(milliseconds: 1_800_057_600_000)

    private func row(_ minute: Int64, _ messages: Int64 = 1, sockets: Int64 = 0) -> SeriesRow {
        var figures = Figures()
        figures[.messages] = messages
        figures[.sockets] = sockets
        return SeriesRow(at: Self.start.adding(seconds: minute * 60), figures: figures)
    }

    private func rows(_ span: SeriesSpan, in house: House) async throws -> [SeriesRow] {
        try await house.storage.series.rows(span, from: Timestamp(milliseconds: 0))
    }

    @Test func `the table has a column for each figure`() throws {
        let directory = TemporaryDirectory()
        let database = try Database(path: directory.file("confab.db"), .writer)
        try Migration.run(on: database)
        let columns = try database.prepare("SELECT name FROM pragma_table_info('series')")
            .all { row throws(StoreFailure) in row.string(0) }
        #expect(columns == ["span", "at"] + Figures.Name.allCases.map(\.rawValue))
    }

    @Test func `all figures come back as they were kept, after a restart too`() async throws {
        let house = try House()
        var kept = row(0)
        for (index, name) in Figures.Name.allCases.enumerated() { kept.figures[name] = Int64(index + 1) << 33 }
        try await house.storage.series.keep(kept)
        house.close()
        let after = try House(in: house.directory)
        #expect(try await rows(.minute, in: after) == [kept])
    }

    @Test func `two runs of one minute are one`() async throws {
        let house = try House()
        try await house.storage.series.keep(row(0, 3, sockets: 9))
        try await house.storage.series.keep(row(0, 4, sockets: 2))
        #expect(try await rows(.minute, in: house).map { [$0.figures[.messages], $0.figures[.sockets]] } == [[7, 9]])
    }

    @Test func `minutes become hours, and hours days, when those are over`() async throws {
        let house = try House()
        // Fifty hours, of every third minute, with a night in which nothing ran.
        var kept = 0
        for minute in stride(from: Int64(0), to: 50 * 60, by: 3) where !(600..<900).contains(minute) {
            try await house.storage.series.keep(row(minute, 1, sockets: minute))
            kept += 1
        }
        let minutes = try await rows(.minute, in: house)
        #expect(minutes.count == kept)
        let hours = try await rows(.hour, in: house)
        // The last hour is not over: it is told by its minutes.
        let whole = hours.prefix { $0.at.seconds < Self.start.seconds + 49 * 3_600 }
        #expect(whole.count == 49 - 5)
        #expect(whole.map { $0.figures[.messages] } == [Int64](repeating: 20, count: 44))
        #expect(whole[3].figures[.sockets] == 3 * 60 + 57)
        #expect(hours.dropFirst(44).map(\.at) == minutes.suffix(20).map(\.at))
        let days = try await rows(.day, in: house)
        #expect(days.prefix(2).map { $0.figures[.messages] } == [380, 480])
        // Whatever is asked for, everything is told once.
        for all in [minutes, hours, days] {
            #expect(all.reduce(0) { $0 + $1.figures[.messages] } == Int64(kept))
            #expect(all.map(\.at) == all.map(\.at).sorted())
        }
    }

    @Test func `what is too old goes, a bounded number with each minute`() async throws {
        let house = try House()
        for minute in Int64(0)..<150 { try await house.storage.series.keep(row(minute)) }
        let later = SeriesSpan.minute.keptSeconds / 60 + 150
        try await house.storage.series.keep(row(later))
        #expect(try await minutes(in: house) == 51)
        try await house.storage.series.keep(row(later + 1))
        #expect(try await minutes(in: house) == 2)
        #expect(try await rows(.hour, in: house).count == 5)
    }

    private func minutes(in house: House) async throws -> Int { try await rows(.minute, in: house).count }

    @Test func `counts who is there, and courses`() async throws {
        let house = try House()
        for name in ["ann", "bob"] { _ = try await house.user(name) }
        let population = try await house.storage.series.population(activeSince: house.time.now)
        #expect(population.users == 2)
        #expect(population.active == 0)
        #expect(population.courses == 0 && population.enrolments == 0)
    }

    @Test func `of a year of rows a window reads its own`() async throws {
        let house = try House(), now = Self.start
        let year = await house.storage.committer.transact { transaction throws(StoreFailure) in
            let rows = SeriesRows(database: transaction.database)
            for span in SeriesSpan.allCases {
                var at = now.adding(seconds: -min(span.keptSeconds, 366 * 86_400))
                while at < now {
                    try rows.write(span, SeriesRow(at: at, figures: Figures()))
                    at = at.adding(seconds: span.seconds)
                }
            }
        }
        guard case .success = year else {
            Issue.record("the year could not be written")
            return
        }
        let windows: [(SeriesSpan, Int64)] = [(.minute, 86_400), (.hour, 60 * 86_400), (.day, 366 * 86_400)]
        for (span, seconds) in windows {
            let rows = try await house.storage.series.rows(span, from: now.adding(seconds: -seconds))
            let most = Int(seconds / span.seconds)
            #expect((most - 1...most + 1).contains(rows.count), "\(span): \(rows.count) of \(most)")
            #expect(rows.map(\.at) == rows.map(\.at).sorted())
        }
    }
}
