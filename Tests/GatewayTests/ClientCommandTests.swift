import Base
import Channels
import Testing

@testable import Gateway

@Suite("Client command") struct ClientCommandTests {
    private func read(_ text: String) throws -> Result<ClientCommand, Rejection> {
        var random = RandomSource(seed: 1)
        let root = try JSONDocument(parsing: text).root
        do throws(Rejection) {
            return .success(try ClientCommand.read(root, limits: Limits(), random: &random))
        } catch {
            return .failure(error)
        }
    }

    static let session = "0123456789abcdef0123456789abcdef"

    static func command(_ type: String, _ data: String) -> String { #"{"type":"\#(type)","data":\#(data)}"# }

    // MARK: What is understood

    static let understood: [(String, ClientCommand)] = {
        guard let direct = ChannelID("108_109"), let group = ChannelID("205"), let user = UserID("109"),
            let id = SessionID(session)
        else { return [] }
        func send(_ id: String, _ text: String) -> ClientCommand {
            .propose(.sendMessage(SendMessage(channel: direct, clientMessageID: .init(id), text: Array(text.utf8))))
        }
        return [
            (#"{"type":"ping"}"#, .ping), (#"{"type":"ping","data":null}"#, .ping),
            (command("identify", #"{"token":"abc","client":{"name":"web"}}"#), .identify(token: "abc")),
            (command("message.send", #"{"channel":"108_109","client_msg_id":"m1","text":"hi"}"#), send("m1", "hi")),
            (
                command(
                    "message.send", #"{"channel":"108_109","client_msg_id":"m\u0031","text":"\u00e9\n"}"#),
                send("m1", "é\n")
            ),
            (
                command(
                    "message.send",
                    #"{"channel":"108_109","client_msg_id":"m1","text":"hi","type":"text","tags":[],"x":{"a":1}}"#
                ),
                send("m1", "hi")
            ),
            (
                command("read.update", #"{"channel":"205","message_number":7}"#),
                .propose(.markRead(MarkRead(channel: group, messageNumber: 7)))
            ),
            (
                command("read.update", #"{"channel":"205","message_number":0}"#),
                .propose(.markRead(MarkRead(channel: group, messageNumber: 0)))
            ),
            (command("history.get", #"{"channel":"205"}"#), .read(.history(group, .newest, limit: 50))),
            (
                command("history.get", #"{"channel":"205","before":812,"limit":200}"#),
                .read(.history(group, .before(812), limit: 200))
            ),
            (
                command("history.get", #"{"channel":"205","after":0,"limit":1}"#),
                .read(.history(group, .after(0), limit: 1))
            ),
            (
                command("history.get", #"{"channel":"205","around":9,"before":null}"#),
                .read(.history(group, .around(9), limit: 50))
            ),
            (
                command("events.get", #"{"channel":"205","after_seq":0}"#),
                .read(.events(.channel(group), after: 0, limit: 1_000))
            ),
            (
                command("events.get", #"{"channel":"@me","after_seq":3,"limit":10}"#),
                .read(.events(.own, after: 3, limit: 10))
            ),
            (command("channel.open", #"{"user":"109"}"#), .propose(.openDirect(OpenDirect(peer: .id(user))))),
            (
                command("channel.open", #"{"username":"Bob"}"#),
                .propose(.openDirect(OpenDirect(peer: .username("Bob"))))
            ),
            (
                command("channel.create", #"{"name":"Chess","members":["109"]}"#),
                .propose(.createChannel(CreateChannel(name: "Chess", members: [user])))
            ),
            (
                command(
                    "channel.create", #"{"name":"Chess","kind":"group","visibility":"private","history":"all"}"#),
                .propose(.createChannel(CreateChannel(name: "Chess", members: [])))
            ),
            (
                command(
                    "resume",
                    #"{"token":"t","session_id":"\#(session)","epoch":"A1","me_seq":76,"#
                        + #""channels":{"108_109":5,"205":0}}"#
                ),
                .resume(
                    ResumeRequest(
                        token: "t", session: id, epoch: "A1", personalSeq: 76, channels: [direct: 5, group: 0]))
            ),
            (
                // A name that no channel can have is none of the user's channels, and is told so.
                command("resume", #"{"token":"t","session_id":"\#(session)","epoch":"A1","channels":{"x":1,"@me":2}}"#),
                .resume(
                    ResumeRequest(
                        token: "t", session: id, epoch: "A1", personalSeq: 0, channels: [:], strangers: ["x", "@me"]))
            ),
        ]
    }()

    @Test(arguments: understood) func `is understood`(text: String, command: ClientCommand) throws {
        #expect(try read(text) == .success(command))
    }

    @Test func `gives a message a name of its own when the client gave none`() throws {
        let text = Self.command("message.send", #"{"channel":"205","text":"hi"}"#)
        guard case .success(.propose(.sendMessage(let send))) = try read(text) else {
            Issue.record("not understood")
            return
        }
        #expect(send.clientMessageID.bytes.count >= 16)
    }

    @Test(arguments: RefusedCommand.all) func `is refused by the member at fault`(
        refused: RefusedCommand
    ) throws {
        guard case .failure(let rejection) = try read(refused.text) else {
            Issue.record("it was understood")
            return
        }
        #expect(rejection.code == refused.code)
        #expect(rejection.faults.map(\.pointer) == refused.pointers)
        #expect(!rejection.isTemporary)
    }

    @Test(arguments: [
        ("history.get", "limit", 200), ("events.get", "limit", 1_000),
    ]) func `a page is as long as its bound and no longer`(type: String, name: String, most: Int) throws {
        func attempt(_ limit: Int) throws -> Bool {
            let text = Self.command(type, #"{"channel":"205","after_seq":1,"limit":\#(limit)}"#)
            guard case .success = try read(text) else { return false }
            return true
        }
        #expect(try [0, 1, most, most + 1].map(attempt) == [false, true, true, false])
    }
}
