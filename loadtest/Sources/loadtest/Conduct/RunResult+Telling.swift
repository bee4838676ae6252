/// How a run is told: a table for people, one JSON object for programs, histograms for tools.
extension RunResult {
    var table: String {
        // The stages' own are many; the JSON has them.
        let shown = figures.all.filter { !$0.name.contains(".") }
        let width = shown.map(\.name.count).max() ?? 0
        var text = shown.map { figure in
            let padding = String(repeating: " ", count: width - figure.name.count)
            let value =
                figure.places > 0
                ? Decimal.text(figure.value, places: figure.places) : Decimal.grouped(Int(figure.value))
            return "  \(figure.name)\(padding)  \(value)\n"
        }.joined()
        if !faults.isNone { text += "  errors: \(faults.errorsText)\n" }
        if let maxPercent {
            for stage in stages {
                guard let step = stage.step else { continue }
                text += "  \(step.percent) % of the load: \(step.missed.map { "missed \($0)" } ?? "held")\n"
            }
            text += "  the most that held: \(maxPercent) % of the load\n"
        } else {
            for requirement in plan.requirements {
                let value = figures[requirement.figure]
                let told = value.map { Decimal.text($0, places: 3) } ?? "nothing was measured"
                text += "  \(requirement.isHeld(by: value) ? "held  " : "MISSED")  \(requirement.text)  (\(told))\n"
            }
        }
        if let busiest = figures["busiest_client_percent"], busiest > Conductor.fullPercent {
            text += "  The generator was full: what was measured is partly itself. Give it --processes.\n"
        }
        return text
    }

    /// One figure a line, so that a line of shell finds one too.
    var json: String {
        var members: [(key: String, value: String)] = [
            ("title", JSONText.quoted(plan.title)), ("scenario", JSONText.quoted(options.scenarioFile)),
            ("started_at", "\(startedAt)"), ("url", JSONText.quoted(options.url)), ("server", JSONText.quoted(server)),
            ("processes", "\(processes)"),
        ]
        let notes = options.notes.compactMap(ScenarioFile.pair).map { (key: $0.key, value: JSONText.quoted($0.value)) }
        members.append(("notes", JSONText.object(notes)))
        members.append(("machine", JSONText.object(Machine.facts.map { ($0.key, JSONText.quoted($0.value)) })))
        members.append(("settings", JSONText.array(options.settings.map(JSONText.quoted))))
        members.append(("good", isGood ? "true" : "false"))
        let values = figures.all.map { "    \(JSONText.quoted($0.name)): \(Decimal.text($0.value, places: $0.places))" }
        members.append(("figures", "{\n" + values.joined(separator: ",\n") + "\n  }"))
        members.append(
            ("errors_by_code", JSONText.object(faults.errorsByCode.map { ($0.code, "\($0.count)") })))
        members.append(("requirements", lines(plan.requirements.map(told))))
        members.append(("stages", lines(stages.map(told))))
        members.append(("seconds", lines(seconds.map(told))))
        return "{\n" + members.map { "  \(JSONText.quoted($0.key)): \($0.value)" }.joined(separator: ",\n") + "\n}\n"
    }

    private func lines(_ values: [String]) -> String { "[\n    " + values.joined(separator: ",\n    ") + "\n  ]" }

    private func told(_ requirement: Requirement) -> String {
        let value = figures[requirement.figure]
        return JSONText.object([
            ("text", JSONText.quoted(requirement.text)),
            ("value", value.map { Decimal.text($0, places: 3) } ?? "null"),
            ("held", requirement.isHeld(by: value) ? "true" : "false"),
        ])
    }

    private func told(_ stage: StageResult) -> String {
        var members: [(key: String, value: String)] = [
            ("name", JSONText.quoted(stage.stage.name)), ("start", Decimal.text(stage.start, places: 1)),
            ("seconds", "\(stage.stage.seconds)"), ("measured", stage.stage.isMeasured ? "true" : "false"),
            ("load_percent", "\(stage.stage.load)"),
        ]
        if let step = stage.step {
            members.append(("missed", step.missed.map(JSONText.quoted) ?? "null"))
        }
        var figures = Figures()
        figures.add(stage.tally, seconds: Double(stage.stage.seconds))
        members.append(
            ("figures", JSONText.object(figures.all.map { ($0.name, Decimal.text($0.value, places: $0.places)) })))
        let curves: [(key: String, value: String)] = Tally.Timed.allCases.compactMap { timed in
            let latency = stage.tally.latency(timed)
            guard latency.count > 0 else { return nil }
            let points = Self.curve.map { percent in
                JSONText.array([
                    Decimal.text(percent, places: 3),
                    Decimal.text(Double(latency.percentile(percent)) / 1e6, places: 3),
                ])
            }
            return (timed.rawValue, JSONText.array(points))
        }
        members.append(("curves", JSONText.object(curves)))
        return JSONText.object(members)
    }

    private static let curve: [Double] = [
        1, 10, 25, 50, 60, 70, 75, 80, 85, 90, 92.5, 95, 97.5, 99, 99.5, 99.75, 99.9, 99.95, 99.99, 99.999, 100,
    ]

    private func told(_ second: Second) -> String {
        var members: [(key: String, value: String)] = [
            ("at", Decimal.text(second.at, places: 0)), ("stage", JSONText.quoted(second.stage)),
            ("connections", "\(second.tally.connections)"),
        ]
        for count in Tally.Count.allCases { members.append((count.rawValue, "\(second.tally[count])")) }
        members.append(("faults", "\(second.tally.faults)"))
        for (timed, values) in second.latencies {
            for (name, value) in zip(["p50", "p99", "max"], values) {
                members.append(("\(timed.rawValue)_\(name)_ms", value))
            }
        }
        members.append(("client_cpu_percent", Decimal.text(Double(second.tally.clientCPU) / 1e7, places: 1)))
        if let percent = second.serverPercent {
            members.append(("server_cpu_percent", Decimal.text(percent, places: 1)))
        }
        if let kibibytes = second.serverKibibytes { members.append(("server_rss_kib", "\(kibibytes)")) }
        return JSONText.object(members)
    }

    /// The histograms of every stage, in HdrHistogram's own format.
    var log: String {
        var text = HDRLog.head(startedAt: startedAt)
        for stage in stages {
            for timed in Tally.Timed.allCases {
                let latency = stage.tally.latency(timed)
                guard latency.count > 0 else { continue }
                text += HDRLog.line(
                    tag: "\(stage.stage.name).\(timed.rawValue)", from: stage.start,
                    seconds: Double(stage.stage.seconds), latency)
            }
        }
        return text
    }
}
