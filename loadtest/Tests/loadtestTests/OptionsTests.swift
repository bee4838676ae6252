import Testing

@testable import loadtest

struct OptionsTests {
    @Test(arguments: ["http://127.0.0.1:8080", "ws://localhost:8080/", "127.3.2.1:8080"])
    func `takes a loopback address`(url: String) throws {
        let endpoint = try Endpoint(url: url)
        #expect(endpoint.address >> 24 == 127)
        #expect(endpoint.port == 8080)
    }

    @Test(arguments: [
        "http://10.0.0.1:8080", "http://example.org", "https://10.0.0.1", "gopher://127.0.0.1", "http://128.0.0.1",
        "http://127.0.0.1:0",
        "http://127.0.0.1:8080/api", "http://127.0.0.1.example.org:80", "http://", "http://0.0.0.0:80",
    ])
    func `refuses any other address`(url: String) {
        #expect(throws: UsageError.self) { try Endpoint(url: url) }
    }

    @Test func `another machine is loaded only when that is said`() throws {
        let endpoint = try Endpoint(url: "https://192.0.2.7", allowsRemote: true)
        #expect(endpoint.address == 0xC000_0207)
        #expect(endpoint.port == 443)
        #expect(endpoint.isSecure)
        #expect(endpoint.nameIsAddress)
        #expect(throws: UsageError.self) { try Endpoint(url: "https://192.0.2.7") }
        #expect(throws: UsageError.self) {
            try HistoryOptions(arguments: ["--url", "https://127.0.0.1", "--tokens", "t", "--out", "h"])
        }
    }

    @Test func `one source address is not asked for more connections than it has ports`() throws {
        let endpoint = try Endpoint(url: "http://127.0.0.1:8080")
        let remote = try Endpoint(url: "http://10.0.0.1:8080", allowsRemote: true)
        #expect(remote.source(ofConnection: 50_000) == 0)
        #expect(endpoint.source(ofConnection: 0) == 0)
        #expect(endpoint.source(ofConnection: 24_999) == 0)
        #expect(endpoint.source(ofConnection: 25_000) == 0x7F00_0002)
        #expect(endpoint.source(ofConnection: 50_000) == 0x7F00_0003)
    }

    @Test func `reads the whole command line`() throws {
        let options = try Options(
            arguments: [
                "fanout", "--url", "http://127.0.0.1:9", "--tokens", "t", "--receivers", "7", "--in-flight", "16",
            ])
        #expect(options.scenario == .fanout)
        #expect(options.receivers == 7)
        #expect(options.inFlight == 16)
        #expect(options.seconds == 10)
    }

    @Test(arguments: [
        [], ["all"], ["pairs", "--tokens", "t"], ["pairs", "--url", "http://127.0.0.1:9"],
        ["pairs", "--url", "http://127.0.0.1:9", "--tokens", "t", "--pairs", "0"],
        ["pairs", "--url", "http://127.0.0.1:9", "--tokens", "t", "--pairs"],
        ["pairs", "--url", "http://127.0.0.1:9", "--tokens", "t", "--speed", "9"],
    ])
    func `refuses a command line that it does not understand`(arguments: [String]) {
        #expect(throws: UsageError.self) { try Options(arguments: arguments) }
    }

    @Test func `reads what a history is asked for`() throws {
        let options = try HistoryOptions(
            arguments: [
                "--url", "http://127.0.0.1:9", "--tokens", "t", "--out", "h", "--channels", "50", "--cut-after-send",
                "0.2", "--until-eof", "yes",
            ])
        #expect(options.channels == 50)
        #expect(options.clients == 20)
        #expect(options.cutAfterSend == 0.2)
        #expect(options.endsWithInput)
        let check = try CheckCommand(arguments: ["one", "--unknown-min", "7", "two"])
        #expect(check.files == ["one", "two"])
        #expect(check.acksMin == 1_000)
        #expect(check.unknownMin == 7)
    }

    @Test(arguments: [
        [], ["--url", "http://127.0.0.1:9", "--tokens", "t"],
        ["--url", "http://10.0.0.1:9", "--tokens", "t", "--out", "h"],
        ["--url", "http://127.0.0.1:9", "--tokens", "t", "--out", "h", "--cut-after-send", "2"],
        ["--url", "http://127.0.0.1:9", "--tokens", "t", "--out", "h", "--clients", "0"],
    ])
    func `refuses a history that it cannot write`(arguments: [String]) {
        #expect(throws: UsageError.self) { try HistoryOptions(arguments: arguments) }
    }

    @Test(arguments: [[], ["h", "--acks-min"], ["h", "--acks-min", "-1"], ["h", "--speed", "1"]])
    func `refuses to check what it does not understand`(arguments: [String]) {
        #expect(throws: UsageError.self) { try CheckCommand(arguments: arguments) }
    }

    @Test func `a token is the last word of its line`() {
        let tokens = Tokens.read(Array("aaa\nann bbb\r\n\n7\tccc \n".utf8))
        #expect(tokens == [Array("aaa".utf8), Array("bbb".utf8), Array("ccc".utf8)])
    }
}
