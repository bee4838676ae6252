import Base
import Testing

@testable import Admin

@Suite("Health of the parts") struct HealthReportTests {
    private static let now = Timestamp(milliseconds: 1_800_000_000_000)

    private static var well: HealthReading {
        var reading = HealthReading()
        reading.canCommit = true
        reading.diskByteCount = 100
        reading.diskFreeByteCount = 50
        reading.logBytesMax = 100
        reading.queues = [("journal", 1, 10)]
        return reading
    }

    private func worst(_ change: (inout HealthReading) -> Void) -> [String] {
        var reading = Self.well
        change(&reading)
        let report = HealthReport(reading, at: Self.now)
        #expect(report.status == report.parts.map(\.status).max())
        return report.parts.filter { $0.status != .healthy }.map { part in
            #expect(part.advice != nil, "\(part.name)")
            return "\(part.name) \(part.status.rawValue)"
        }
    }

    @Test func `a server that is well has nothing to say`() {
        #expect(worst { _ in } == [])
        let report = HealthReport(Self.well, at: Self.now)
        #expect(
            report.parts.map(\.name) == ["database", "log", "commits", "disk", "queues", "backup", "integrity"])
    }

    @Test func `each part is judged by what is known of it`() {
        #expect(worst { $0.canCommit = false } == ["database unhealthy"])
        #expect(worst { $0.commitMilliseconds = 1_001 } == ["database degraded"])
        #expect(worst { $0.logByteCount = 201 } == ["log degraded"])
        #expect(worst { $0.commitWorst = 500_001 } == ["commits degraded"])
        #expect(worst { $0.diskFreeByteCount = 9 } == ["disk degraded"])
        #expect(worst { $0.isShortOfRoom = true } == ["disk unhealthy"])
        #expect(worst { $0.queues = [("journal", 6, 10)] } == ["queues degraded"])
        #expect(worst { $0.damagedCount = 1 } == ["integrity unhealthy"])
    }

    @Test func `a backup is late only where some are to be made`() {
        #expect(worst { $0.backupMadeAt = Self.now.adding(seconds: -10_000_000) } == [])
        #expect(worst { $0.backupEveryHours = 24 } == ["backup degraded"])
        func made(secondsAgo: Int64) -> [String] {
            worst {
                $0.backupEveryHours = 24
                $0.backupMadeAt = Self.now.adding(seconds: -secondsAgo)
            }
        }
        #expect(made(secondsAgo: 48 * 3_600) == [])
        #expect(made(secondsAgo: 48 * 3_600 + 1) == ["backup degraded"])
    }
}
