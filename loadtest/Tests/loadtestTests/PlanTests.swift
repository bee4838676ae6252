import Testing

@testable import loadtest

struct PlanTests {
    private static let text = """
        # two stages
        [scenario]
        title = Rooms
        sockets = 25
        rooms = 2 10
        messages = 100

        [stage warm-up]
        seconds = 5
        measured = no   # not told of

        [stage spike]
        load = 1000
        storm = 50

        [require]
        reply_p99_ms < 20
        lost=0
        """

    private func plan(
        _ text: String = PlanTests.text, settings: [String] = [], requirements: [String] = []
    ) throws -> Plan {
        try Plan(ScenarioFile(Array(text.utf8)), settings: settings, requirements: requirements)
    }

    @Test func `a scenario file says who talks with whom, how much and when`() throws {
        let plan = try plan()
        #expect(plan.title == "Rooms")
        #expect(plan.stages.map(\.name) == ["warm-up", "spike"])
        #expect(plan.stages.map(\.isMeasured) == [false, true])
        #expect(plan.stages.map(\.seconds) == [5, 10])
        #expect(plan.stages[1].storm == 50)
        #expect(plan.rate(of: .messages, in: plan.stages[1]) == 1_000)
        #expect(plan.rate(of: .pages, in: plan.stages[1]) == 0)
        #expect(plan.requirements.map(\.text) == ["reply_p99_ms < 20", "lost = 0"])
    }

    @Test func `connections are dealt to rooms in turn, and nobody sits in one alone`() throws {
        let plan = try plan()
        #expect(plan.roomsOfSockets == [0..<2, 2..<12, 12..<14, 14..<24])
        #expect(plan.membersMax == 10)
    }

    @Test func `the command line replaces what the file says`() throws {
        let plan = try plan(
            settings: ["sockets=40", "rooms=none", "messages=0", "spike.seconds=3"],
            requirements: ["reply_p99_ms<5", "refused=0"])
        #expect(plan.sockets == 40)
        #expect(plan.roomsOfSockets.isEmpty)
        #expect(plan.stages[1].seconds == 3)
        #expect(plan.requirements.map(\.text) == ["lost = 0", "reply_p99_ms < 5", "refused = 0"])
    }

    @Test(arguments: [
        "sockets=0", "sockets=1000001", "rooms=1", "speed=9", "spike.speed=9", "fall.seconds=1", "messages", "=1",
        "spike.storm=101", "spike.stopped=25", "senders=some", "arrivals=never", "rooms=none", "spike.seconds=6901",
        "spike.measured=no", "resume=perhaps",
    ])
    func `a setting that cannot be meant is refused`(setting: String) {
        #expect(throws: UsageError.self) { try plan(settings: [setting]) }
    }

    @Test(arguments: [
        "", "sockets = 1", "[scenario", "[other]\na = 1", "[stage]\nseconds = 1", "[stage Big]\nseconds = 1",
        "[stage a]\nseconds = 1\n[stage a]\nseconds = 1", "[stage a]\nseconds", "[stage a]\nseconds = 1\n[require]\nx",
        "[stage a]\nseconds = 6000\n[stage b]\nseconds = 6000", "[scenario]\nfind_max = yes\n[stage a]\nseconds = 1",
    ])
    func `a file that says nothing clear is refused`(text: String) {
        #expect(throws: UsageError.self) { try plan(text) }
    }

    @Test func `a requirement holds by its sign, and never for what was not measured`() throws {
        #expect(try Requirement("a<2").isHeld(by: 1.9))
        #expect(try !Requirement("a<2").isHeld(by: 2))
        #expect(try Requirement("a <= 2").isHeld(by: 2))
        #expect(try Requirement("a>=2").isHeld(by: 2))
        #expect(try !Requirement("a>2").isHeld(by: 2))
        #expect(try Requirement("spike.a=2").isHeld(by: 2))
        #expect(try !Requirement("a<2").isHeld(by: nil))
        #expect(try Requirement("spike.a<2.5").text == "spike.a < 2.5")
        for text in ["a", "a<", "<2", "a<b", "a b<2", "a<inf"] {
            #expect(throws: UsageError.self) { try Requirement(text) }
        }
    }

    @Test func `every figure that a run may tell of can be required, and no other`() throws {
        let names = Figures.names(ofStages: ["spike"])
        for name in ["reply_p99_ms", "spike.delivery_p99_9_ms", "lost", "spike.server_cpu_percent", "max_load_percent"]
        {
            #expect(names.contains(name))
        }
        #expect(!names.contains("reply_p98_ms"))
        #expect(!names.contains("rise.reply_p99_ms"))
    }

    @Test func `a run is asked for by its file, its server and its users`() throws {
        let options = try RunOptions(
            arguments: [
                "a.ini", "--url", "https://192.0.2.7", "--allow-remote", "yes", "--users", "u", "--set", "sockets=3",
                "--require", "lost=0", "--processes", "2", "--note", "commit=abc",
            ])
        #expect(options.endpoint.isSecure)
        #expect(options.processes == 2)
        #expect(options.settings == ["sockets=3"])
        #expect(try RunOptions(arguments: ["a.ini", "--set", "sockets=3"], isNeeds: true).settings == ["sockets=3"])
    }

    @Test(arguments: [
        [], ["a.ini"], ["a.ini", "--url", "http://127.0.0.1:1"], ["a.ini", "--url", "http://127.0.0.1:1", "--tokens"],
        ["a.ini", "--url", "http://192.0.2.7:1", "--tokens", "t"],
        ["a.ini", "--url", "http://127.0.0.1:1", "--tokens", "t", "--users", "u"],
        ["a.ini", "--url", "http://127.0.0.1:1", "--tokens", "t", "--processes", "65"],
        ["a.ini", "--url", "http://127.0.0.1:1", "--tokens", "t", "--note", "abc"],
    ])
    func `a run that cannot be meant is refused`(arguments: [String]) {
        #expect(throws: UsageError.self) { try RunOptions(arguments: arguments) }
    }
}
