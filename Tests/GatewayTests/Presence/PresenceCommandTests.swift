import Base
import Channels
import TestClient
import Testing

@testable import Gateway

@Suite("Commands of presence") struct PresenceCommandTests {
    private static let group = People.channel("205"), direct = People.channel("108_109")

    private func read(_ type: String, _ data: String, _ change: (inout Limits) -> Void = { _ in }) throws -> Result<
        ClientCommand, Rejection
    > {
        var random = RandomSource(seed: 1), limits = Limits()
        change(&limits)
        let root = try JSONDocument(parsing: ClientCommandTests.command(type, data)).root
        do throws(Rejection) {
            return .success(try ClientCommand.read(root, limits: limits, random: &random))
        } catch {
            return .failure(error)
        }
    }

    static let understood: [(String, String, PresenceCommand)] = [
        ("typing.start", #"{"channel":"205"}"#, .typing(group, isTyping: true)),
        ("typing.stop", #"{"channel":"108_109"}"#, .typing(direct, isTyping: false)),
        ("presence.update", #"{"status":"online"}"#, .appear(.online)),
        ("presence.update", #"{"status":"away"}"#, .appear(.away)),
        ("presence.update", #"{"status":"busy"}"#, .appear(.busy)),
        ("presence.update", #"{"status":"invisible"}"#, .appear(.offline)),
        ("watch", #"{"users":["108","109"]}"#, .watch([People.ann, People.bob], [])),
        ("watch", #"{"channels":["205"],"users":null}"#, .watch([], [group])),
        ("watch", #"{"users":[],"channels":[]}"#, .watch([], [])),
        ("unwatch", #"{"users":["108"],"channels":["108_109"]}"#, .unwatch([People.ann], [direct])),
    ]

    @Test(arguments: understood) func `are understood`(type: String, data: String, command: PresenceCommand) throws {
        #expect(try read(type, data) == .success(.presence(command)))
    }

    static let refused: [(String, String, Rejection.Code, [String])] = [
        ("typing.start", "{}", .validationFailed, ["/channel"]),
        ("typing.start", #"{"channel":7}"#, .validationFailed, ["/channel"]),
        ("typing.stop", #"{"channel":"@me"}"#, .notFound, []),
        ("presence.update", "{}", .validationFailed, ["/status"]),
        ("presence.update", #"{"status":"offline"}"#, .validationFailed, ["/status"]),
        ("presence.update", #"{"status":1}"#, .validationFailed, ["/status"]),
        ("watch", "{}", .validationFailed, ["/users"]),
        ("unwatch", #"{"users":null}"#, .validationFailed, ["/users"]),
        ("watch", #"{"users":"108"}"#, .validationFailed, ["/users"]),
        ("watch", #"{"users":["108",7]}"#, .validationFailed, ["/users/1"]),
        ("watch", #"{"users":["0"]}"#, .validationFailed, ["/users/0"]),
        ("watch", #"{"channels":{"a":1}}"#, .validationFailed, ["/channels"]),
        ("unwatch", #"{"channels":["@me"]}"#, .validationFailed, ["/channels/0"]),
        ("identify", #"{"token":"t","status":"here"}"#, .validationFailed, ["/status"]),
    ]

    @Test(arguments: refused) func `are refused by the member at fault`(
        type: String, data: String, code: Rejection.Code, pointers: [String]
    ) throws {
        guard case .failure(let rejection) = try read(type, data) else {
            Issue.record("it was understood")
            return
        }
        #expect(rejection.code == code)
        #expect(rejection.faults.map(\.pointer) == pointers)
    }

    @Test func `list as much as may be watched and no more`() throws {
        let list = #"{"users":["1","2","3"]}"#
        #expect(try read("watch", list) { $0.watchedUsersMax = 3 }.map { _ in true } == .success(true))
        guard case .failure(let rejection) = try read("watch", list, { $0.watchedUsersMax = 2 }) else {
            Issue.record("it was understood")
            return
        }
        #expect(rejection.faults.map(\.code) == ["too_many"])
    }

    @Test func `a session is as visible from its beginning as its client says`() throws {
        #expect(
            try read("identify", #"{"token":"t","status":"invisible"}"#)
                == .success(.identify(token: "t", status: .offline)))
        func status(_ data: String) -> PresenceStatus? {
            var dialogue = Dialogue()
            _ = dialogue.say(#"{"id":1,"type":"identify","data":{"token":"good"\#(data)}}"#)
            guard
                case .attended(_, _, _, let identity) = dialogue.session.settle(
                    .success(.attended(People.attendance())))
            else { return nil }
            return identity.status
        }
        #expect(status("") == .online)
        #expect(status(#","status":"busy""#) == .busy)
        #expect(status(#","status":"invisible""#) == .offline)
    }

    @Test func `are for those who have said who they are, and wait for nothing`() throws {
        let type = #"{"id":7,"type":"typing.start","data":{"channel":"205"}}"#
        var stranger = Dialogue()
        #expect(try stranger.say(type).reply()["error.code"] == "invalid_token")
        var dialogue = Dialogue.identified()
        _ = dialogue.send("1")
        #expect(dialogue.say(type) == .pass(.typing(Self.group, isTyping: true), .integer(7)))
        #expect(!dialogue.session.isBlocked)
    }

    @Test(arguments: ["typing.start", "typing.stop", "presence.update", "watch", "unwatch"])
    func `are refused before messages are when the server is busy`(type: String) {
        #expect(CommandHead(Array(#"{"id":1,"type":"\#(type)"}"#.utf8))?.work == .read)
        #expect(ClientCommand.presence(.appear(.online)).work == .read)
    }

    // MARK: What is said

    @Test func `presence and typing are told as the protocol has them`() throws {
        let seen = Presence(user: People.ann, status: .offline, lastSeenAt: People.noon)
        let offline = try JSONText(Envelope.presence(seen))
        #expect(offline.names() == ["type", "data"])
        #expect(offline["type"] == "presence")
        #expect(offline.names("data") == ["user", "status", "last_seen_at"])
        #expect(offline["data.user"] == "108")
        #expect(offline["data.status"] == "offline")
        #expect(offline["data.last_seen_at"] == People.noon.rfc3339)
        let names = [PresenceStatus.online, .busy, .away].map(\.name)
        #expect(names == ["online", "busy", "away"])
        let online = try JSONText(Envelope.presence(Presence(user: People.ann, status: .online, lastSeenAt: nil)))
        #expect(online["data.last_seen_at"] == "null")

        let typing = Typing(channel: Self.group, user: People.bob, isTyping: true, origin: nil)
        let shown = TypingGate.shownMilliseconds(Limits())
        let start = try JSONText(Envelope.typing(typing, shownMilliseconds: shown))
        #expect(start.names() == ["type", "channel", "data"])
        #expect(start["type"] == "typing")
        #expect(start["channel"] == "205")
        #expect(start.names("data") == ["user", "expires_in"])
        #expect(start["data.user"] == "109")
        #expect(start["data.expires_in"] == "6000")
        let stop = Typing(channel: Self.group, user: People.bob, isTyping: false, origin: nil)
        #expect(try JSONText(Envelope.typing(stop, shownMilliseconds: shown))["data.expires_in"] == "0")
        #expect(String(decoding: Envelope.done(.integer(3)), as: UTF8.self) == #"{"id":3,"ok":true,"data":{}}"#)
    }
}
