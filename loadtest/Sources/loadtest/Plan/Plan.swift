/// What a run is to do: who connects, who talks with whom, how much, and in which stages. All rates are arrivals a
/// second of all users together, whatever the server answers.
struct Plan: Equatable {
    enum Senders: String { case all, first }
    enum Arrivals: String { case poisson, even }

    /// What people do; each kind arrives at a rate of its own.
    enum Deed: String, CaseIterable {
        /// A message is sent.
        case messages
        /// A page of history is read.
        case pages
        /// A read marker is moved to the last message heard.
        case marks
        /// Somebody types: a signal that is not kept.
        case typing
        /// A connection is lost and made again.
        case returns
    }

    struct Stage: Equatable {
        var name: String
        var seconds = 10
        /// Its figures count; those of a warm-up do not.
        var isMeasured = true
        /// Percent of the plan's rates.
        var load = 100
        /// Percent of all connections that are lost at its beginning, all at once, and come back.
        var storm = 0
        /// Connections that read nothing while it lasts.
        var stopped = 0
    }

    var title = ""
    /// Connections, each of a user of its own where there are rooms.
    var sockets = 100
    /// Connections begun in a second at most, before the first stage; 0 is as many as the server takes.
    var connectRate = 0
    /// Members of the channels that the connections are dealt to, in turn; empty for none.
    var rooms: [Int] = []
    var senders = Senders.all
    var textBytes = 100
    var arrivals = Arrivals.poisson
    var seed = 1
    var rates: [Deed: Int] = [:]
    /// Who comes back resumes, and does not identify afresh.
    var resumes = true
    /// From a connection's loss to the attempt to come back.
    var awayMilliseconds = 0
    /// What is on its way after the last stage has so many seconds to arrive.
    var settleSeconds = 20
    /// The load of the last stage is raised until a requirement is missed.
    var findsMax = false
    var stages: [Stage] = []
    var requirements: [Requirement] = []

    static let stagesMax = 64
    /// An access token lasts two hours, and connecting and settling take a while too.
    static let secondsMax = 6_900

    /// Reads a scenario; each of `settings` is a `key=value` or `STAGE.key=value` that replaces what the file says.
    init(_ file: ScenarioFile, settings: [String] = [], requirements more: [String] = []) throws(UsageError) {
        for section in file.sections {
            switch section.kind {
            case "scenario":
                for line in section.lines { try set(pair(line), at: line) }
            case "stage":
                guard Self.isName(section.name) else {
                    throw UsageError("a stage is named by lower-case letters, digits and hyphens: [stage spike]")
                }
                guard !stages.contains(where: { $0.name == section.name }) else {
                    throw UsageError("there are two stages \(section.name)")
                }
                var stage = Stage(name: section.name)
                for line in section.lines { try stage.set(pair(line), at: "line \(line.number)") }
                stages.append(stage)
            case "require":
                for line in section.lines { requirements.append(try Requirement(line.text)) }
            default: throw UsageError("[\(section.kind)] is no section; [scenario], [stage NAME] and [require] are")
            }
        }
        for setting in settings { try replace(setting) }
        // A requirement of the command line replaces those of the file for the same figure.
        let own = try more.map { text throws(UsageError) in try Requirement(text) }
        requirements.removeAll { old in own.contains { $0.figure == old.figure } }
        requirements += own
        try check()
    }

    private func pair(_ line: ScenarioFile.Line) throws(UsageError) -> (key: String, value: String) {
        guard let pair = ScenarioFile.pair(line.text) else { throw UsageError("line \(line.number): key = value") }
        return pair
    }

    private mutating func replace(_ setting: String) throws(UsageError) {
        guard let pair = ScenarioFile.pair(setting) else { throw UsageError("--set wants key=value, not \(setting)") }
        guard let point = pair.key.firstIndex(of: ".") else {
            return try set(pair, at: ScenarioFile.Line(number: 0, text: setting))
        }
        let name = pair.key[..<point]
        guard let index = stages.firstIndex(where: { $0.name == name }) else {
            throw UsageError("--set \(setting): there is no stage \(name)")
        }
        try stages[index].set((String(pair.key[pair.key.index(after: point)...]), pair.value), at: "--set")
    }

    private mutating func set(_ pair: (key: String, value: String), at line: ScenarioFile.Line) throws(UsageError) {
        let value = SettingValue(
            key: pair.key, text: pair.value, place: line.number > 0 ? "line \(line.number)" : "--set")
        switch pair.key {
        case "title": title = pair.value
        case "sockets": sockets = try value.number(in: 1...1_000_000)
        case "connect_rate": connectRate = try value.number(in: 0...100_000)
        case "rooms":
            rooms = try pair.value == "none" ? [] : value.numbers(in: 2...100_000)
        case "senders": senders = try value.choice()
        case "text_bytes": textBytes = try value.number(in: 1...16_384)
        case "arrivals": arrivals = try value.choice()
        case "seed": seed = try value.number(in: 0...Int(Int32.max))
        case "resume": resumes = try value.yes()
        case "away_ms": awayMilliseconds = try value.number(in: 0...60_000)
        case "settle": settleSeconds = try value.number(in: 1...60)
        case "find_max": findsMax = try value.yes()
        default:
            guard let deed = Deed(rawValue: pair.key) else { throw value.fault("is no key of a scenario") }
            rates[deed] = try value.number(in: 0...1_000_000)
        }
    }

    private func check() throws(UsageError) {
        guard !stages.isEmpty, stages.count <= Self.stagesMax else {
            throw UsageError("a scenario has 1 to \(Self.stagesMax) stages")
        }
        guard stages.contains(where: \.isMeasured) else { throw UsageError("no stage is measured") }
        guard stages.reduce(0, { $0 + $1.seconds }) <= Self.secondsMax else {
            throw UsageError("all stages together may take \(Self.secondsMax) s")
        }
        guard !findsMax || (stages.last?.isMeasured == true && !requirements.isEmpty) else {
            throw UsageError("find_max raises the last stage, which must be measured, until a requirement is missed")
        }
        let talks = [Deed.messages, .pages, .marks, .typing].contains { rates[$0, default: 0] > 0 }
        guard !talks || !rooms.isEmpty else { throw UsageError("nobody can talk without rooms") }
        guard stages.allSatisfy({ $0.stopped < sockets }) else { throw UsageError("more stop reading than there are") }
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.allSatisfy { $0.isLowercase && $0.isASCII || $0.isWholeNumber && $0.isASCII || $0 == "-" }
    }

    /// The rooms, each as the numbers of its connections; whoever is left alone is in none.
    var roomsOfSockets: [Range<Int>] {
        var result: [Range<Int>] = []
        var start = 0
        while !rooms.isEmpty, start + 1 < sockets {
            let end = min(start + rooms[result.count % rooms.count], sockets)
            result.append(start..<end)
            start = end
        }
        return result
    }

    /// Members of the largest room.
    var membersMax: Int { roomsOfSockets.map(\.count).max() ?? 0 }

    func rate(of deed: Deed, in stage: Stage, factor: Double = 1) -> Double {
        Double(rates[deed, default: 0]) * Double(stage.load) / 100 * factor
    }
}

extension Plan.Stage {
    mutating func set(_ pair: (key: String, value: String), at place: String) throws(UsageError) {
        let value = SettingValue(key: pair.key, text: pair.value, place: place)
        switch pair.key {
        case "seconds": seconds = try value.number(in: 1...Plan.secondsMax)
        case "measured": isMeasured = try value.yes()
        case "load": load = try value.number(in: 0...100_000)
        case "storm": storm = try value.number(in: 0...100)
        case "stopped": stopped = try value.number(in: 0...100_000)
        default: throw value.fault("is no key of a stage")
        }
    }
}

/// What stands behind a key, and where.
struct SettingValue {
    var key: String
    var text: String
    var place: String

    func fault(_ words: String) -> UsageError { UsageError("\(place): \(key) \(words)") }

    func number(in range: ClosedRange<Int>) throws(UsageError) -> Int {
        guard let number = Int(text), range.contains(number) else {
            throw fault("wants a number from \(range.lowerBound) to \(range.upperBound), not \(text)")
        }
        return number
    }

    func numbers(in range: ClosedRange<Int>) throws(UsageError) -> [Int] {
        try text.split(separator: " ").map { word throws(UsageError) in
            try SettingValue(key: key, text: String(word), place: place).number(in: range)
        }
    }

    func yes() throws(UsageError) -> Bool {
        guard text == "yes" || text == "no" else { throw fault("is yes or no, not \(text)") }
        return text == "yes"
    }

    func choice<Choice: RawRepresentable<String>>() throws(UsageError) -> Choice {
        guard let choice = Choice(rawValue: text) else { throw fault("cannot be \(text)") }
        return choice
    }
}
