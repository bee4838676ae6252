/// What the command line asks of `run` and `needs`.
struct RunOptions: Equatable {
    var scenarioFile = ""
    var endpoint = Endpoint(address: 0x7F00_0001, port: 8080, host: "127.0.0.1:8080")
    var url = ""
    /// One of the two is named.
    var tokensFile = ""
    var usersFile = ""
    var caFile: String?
    /// `nil` is as many as the connections need.
    var processes: Int?
    var serverProcess: Int?
    var outDirectory: String?
    var settings: [String] = []
    var requirements: [String] = []
    /// What is noted in the result besides, as `key=value`.
    var notes: [String] = []

    static let processesMax = 64

    static let usage = """
        loadtest run FILE --url URL --tokens FILE|--users FILE [--set key=value]... [--require 'reply_p99_ms<20']...
                         [--processes N] [--server-pid PID] [--out DIR] [--note key=value]...
                         [--allow-remote yes] [--ca FILE]
               loadtest needs FILE [--set key=value]...
        """

    init(arguments: [String], isNeeds: Bool = false) throws(UsageError) {
        guard let file = arguments.first, !file.hasPrefix("--") else { throw UsageError("which scenario file?") }
        scenarioFile = file
        var allowsRemote = false
        var rest = arguments.dropFirst()
        while let name = rest.popFirst() {
            guard let value = rest.popFirst() else { throw UsageError("\(name) wants a value") }
            let setting = SettingValue(key: name, text: value, place: "the command line")
            switch name {
            case "--set": settings.append(value)
            case _ where isNeeds: throw UsageError("needs has no option \(name)")
            case "--url": url = value
            case "--tokens": tokensFile = value
            case "--users": usersFile = value
            case "--require": requirements.append(value)
            case "--processes": processes = try setting.number(in: 1...Self.processesMax)
            case "--server-pid": serverProcess = try setting.number(in: 1...Int(Int32.max))
            case "--out": outDirectory = value
            case "--note": notes.append(value)
            case "--allow-remote": allowsRemote = try setting.yes()
            case "--ca": caFile = value
            default: throw UsageError("no option is called \(name)")
            }
        }
        guard !isNeeds else { return }
        guard !url.isEmpty else { throw UsageError("--url is needed") }
        guard tokensFile.isEmpty != usersFile.isEmpty else { throw UsageError("--tokens or --users is needed") }
        for note in notes where ScenarioFile.pair(note) == nil { throw UsageError("--note wants key=value") }
        endpoint = try Endpoint(url: url, allowsRemote: allowsRemote)
    }
}
