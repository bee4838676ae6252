import Base
import TestClient
import Testing

@testable import Channels
@testable import Gateway

@Suite("Synchronizing over HTTP") struct SyncTests {
    @Test func `there is room for some, and for fewer of one user`() {
        var limits = Limits(), room = SyncRoom()
        limits.syncsMax = 3
        limits.syncsPerUserMax = 2
        func entered(_ users: UserID...) -> [Bool] { users.map { room.enter($0, limits) } }
        #expect(entered(People.ann, People.ann, People.ann) == [true, true, false])
        #expect(entered(People.bob, People.bob) == [true, false])
        room.leave(People.ann)
        #expect(entered(People.bob) == [true])
        // Also who was never there, or has left already.
        for user in [People.ann, People.bob, People.bob, People.bob] { room.leave(user) }
        #expect(entered(People.ann, People.ann, People.bob) == [true, true, true])
    }

    @Test func `places are channels with numbers, and names that no channel can have`() throws {
        let listed = try JSONDocument(parsing: #"{"108_109":3,"7":0,"x":9,"109_108":1}"#).root
        let (channels, strangers) = try ResumeRequest.places(in: listed)
        #expect(channels == [People.channel("108_109"): 3, People.channel("7"): 0])
        #expect(strangers == ["x", "109_108"])
        #expect(try ResumeRequest.places(in: nil).channels.isEmpty)
    }

    @Test(arguments: ["[]", "7", #"{"7":-1}"#, #"{"7":"1"}"#, #"{"7":1.0}"#, #"{"7":null}"#])
    func `other places are refused`(text: String) throws {
        let listed = try JSONDocument(parsing: text).root
        #expect(throws: Rejection.self) { try ResumeRequest.places(in: listed) }
    }

    private func ready(to id: CommandID?) -> [UInt8] {
        SessionReply.ready(
            to: id, People.attendance([People.summary("7", seq: 4, lastMessage: 3, read: 1)], personalSeq: 5),
            epoch: "A1", expiresAt: People.noon, now: People.noon, limits: Limits())
    }

    @Test func `ready says by REST what it says on the socket`() throws {
        let bare = try JSONText(ready(to: nil)), reply = try JSONText(ready(to: .integer(1)))
        #expect(bare.names() == reply.names("data"))
        #expect(reply["data"] == String(decoding: ready(to: nil), as: UTF8.self))
        #expect(try JSONText(ready(to: CommandID.none)).names() == ["ok", "type", "data"])
    }

    @Test func `what was replayed stands before the rest of the answer`() throws {
        let request = ResumeRequest(
            token: "", session: People.session, epoch: "A1", personalSeq: 0, channels: [People.channel("7"): 1])
        let attendance = People.attendance([People.summary("7", seq: 4, lastMessage: 3, read: 1)])
        let resuming = Seat.Resuming(
            id: .integer(4), request: request, attendance: attendance, replay: Replay([], limits: Limits()))
        let reply = try JSONText(SessionReply.resumed(resuming, limits: Limits()))
        let event = Envelope.event(Event(People.message(1, seq: 2)))
        let whole = try JSONText(SessionReply.resumed(resuming, limits: Limits(), with: [event, event]))
        #expect(whole.names() == ["events"] + reply.names("data"))
        #expect(whole.count("events") == 2)
        #expect(whole["events.1"] == String(decoding: event, as: UTF8.self))
        #expect(try JSONText(SessionReply.resumed(resuming, limits: Limits(), with: [])).count("events") == 0)
        #expect(reply.names() == ["id", "ok", "type", "data"])
    }
}
