/// What a connection costs the server that is identified and says nothing.
enum Idle {
    private static let settleSeconds = 2.0

    static func run(_ options: Options, tokens: [[UInt8]]) throws(Failure) -> Report {
        guard !tokens.isEmpty else { throw Failure("\(options.tokensFile) has no token") }
        guard let process = options.serverProcess else { throw Failure("no server process was named") }
        let before = try residentBytes(ofProcess: process)
        let fleet = try Fleet(endpoint: options.endpoint)
        let start = Clock.now
        try fleet.connect((0..<options.connections).map { tokens[$0 % tokens.count] })
        let connectSeconds = Double(Clock.now - start) / 1e9
        try fleet.run(until: Clock.after(seconds: settleSeconds))
        let after = try residentBytes(ofProcess: process)
        fleet.close()

        var report = Report(scenario: options.scenario)
        report.add("connections", "connections", .whole(options.connections))
        report.add("users", "users", .whole(min(tokens.count, options.connections)))
        report.add("connect_seconds", "connected and identified in", .decimal(connectSeconds, places: 2), "s")
        report.add("rss_before_bytes", "server memory before", .whole(before), "bytes")
        report.add("rss_after_bytes", "server memory after", .whole(after), "bytes")
        report.add(
            "bytes_per_connection", "per idle connection", .whole((after - before) / options.connections), "bytes")
        report.add(fleet.faults)
        return report
    }

    private static func residentBytes(ofProcess process: Int) throws(Failure) -> Int {
        guard let bytes = ProcessFigures.residentBytes(ofProcess: process) else {
            throw Failure("/proc/\(process)/status cannot be read: is \(process) the server's process?")
        }
        return bytes
    }
}
