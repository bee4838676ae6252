import Base
import Telemetry
import Testing

@testable import Admin

@Suite("Window of a dashboard") struct DashboardWindowTests {
    @Test(
        arguments: [
            ("30m", 1_800, SeriesSpan.minute, 60), ("24h", 86_400, .minute, 300), ("7d", 604_800, .hour, 3_600),
            ("30d", 30 * 86_400, .hour, 10_800), ("365d", 365 * 86_400, .day, 86_400),
            ("3650d", 3_650 * 86_400, .day, 30 * 86_400),
        ] as [(String, Int64, SeriesSpan, Int64)]) func `is shown as finely as a chart can show`(
            text: String, seconds: Int64, span: SeriesSpan, step: Int64
        ) throws
    {
        let window = try #require(DashboardWindow(text))
        #expect(window.seconds == seconds)
        #expect(window.span == span)
        #expect(window.stepSeconds == step)
        #expect(seconds / step <= DashboardWindow.pointsMax)
    }

    @Test(arguments: ["", "h", "24", "0h", "-1h", "1w", "1.5h", "3651d", "99999999999999999999d", "24h ", "٢h"])
    func `is a number of minutes, hours or days`(text: String) {
        #expect(DashboardWindow(text) == nil)
    }

    @Test func `joins the rows of a step, and invents none`() throws {
        let window = try #require(DashboardWindow("24h"))
        let start = window.start(at: Timestamp(milliseconds: 1_800_000_123_456))
        #expect(start.seconds % 300 == 0)
        let rows = ([0, 60, 120, 300, 1_200] as [Int64]).map { second in
            var figures = Figures()
            figures[.messages] = 1
            return SeriesRow(at: start.adding(seconds: second), figures: figures)
        }
        let points = window.points(of: rows)
        #expect(points.map { $0.at.seconds - start.seconds } == [0, 300, 1_200])
        #expect(points.map { $0.figures[.messages] } == [3, 1, 1])
    }
}
