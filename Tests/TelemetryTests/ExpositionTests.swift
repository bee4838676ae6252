import Testing

@testable import Telemetry

@Suite("Exposition") struct ExpositionTests {
    private func text(_ families: MetricFamily...) -> String {
        String(decoding: Exposition.text(of: families), as: UTF8.self)
    }

    @Test func `says what a number means, what kind it is, and how it stands`() {
        #expect(
            text(.counter("a_total", "Things.", 7), .gauge("b", "Parts.", 0.25)) == """
                # HELP a_total Things.
                # TYPE a_total counter
                a_total 7
                # HELP b Parts.
                # TYPE b gauge
                b 0.25

                """)
    }

    @Test func `escapes what a label and a meaning may hold`() {
        var family = MetricFamily("a", .gauge, "back\\slash\nand \"quotes\"")
        family.add(1, [("name", "a\"b\\c\nd")])
        #expect(
            text(family) == """
                # HELP a back\\\\slash\\nand "quotes"
                # TYPE a gauge
                a{name="a\\"b\\\\c\\nd"} 1

                """)
    }

    @Test func `counts in each bound of a histogram all that is below it`() {
        var reading = HistogramReading(.size)
        for value in [1, 2, 2, 5, 1 << 30] { reading.observe(value) }
        var family = MetricFamily("a", .histogram, "Sizes.")
        family.add(reading, [("of", "b")], step: 4)
        let lines = text(family).split(separator: "\n").dropFirst(2)
        #expect(
            Array(lines) == [
                "a_bucket{of=\"b\",le=\"8\"} 4", "a_bucket{of=\"b\",le=\"128\"} 4",
                "a_bucket{of=\"b\",le=\"2048\"} 4", "a_bucket{of=\"b\",le=\"32768\"} 4",
                "a_bucket{of=\"b\",le=\"524288\"} 4", "a_bucket{of=\"b\",le=\"+Inf\"} 5",
                "a_sum{of=\"b\"} 1073741834", "a_count{of=\"b\"} 5",
            ])
    }

    @Test func `a family without numbers is not told`() {
        #expect(text(MetricFamily("a", .gauge, "Nothing.")) == "")
    }

    @Test func `the process knows itself`() {
        let numbers = ProcessNumbers()
        #expect(numbers.residentByteCount > 1 << 20)
        #expect(numbers.openFileCount >= 3)
        #expect(numbers.openFileMax >= numbers.openFileCount)
        #expect(numbers.threadCount >= 1)
        #expect(numbers.startedAt > 1_700_000_000)
    }
}
