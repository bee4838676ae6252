import Base
import TestClient
import TestSupport
import Testing

@Suite("docs/PROTOCOL.md") struct ProtocolDocumentTests {
    /// Somebody of the story, with a socket, and the frames that have been told and not been looked at.
    private final class Actor {
        let person: Person
        var socket: ChatSocket
        var frames: [JSONElement] = []
        var session = "", epoch = ""

        init(_ name: String, on server: RunningServer) throws {
            person = try Person(name, on: server)
            socket = try ChatSocket(on: server)
        }

        /// The next frame that is like an example in its id or, where it has none, in its type and place.
        func next(like pattern: JSONElement) throws -> JSONElement {
            func key(_ frame: JSONElement) -> [String?] {
                frame["id"].map { ["id", String(decoding: $0.raw, as: UTF8.self)] }
                    ?? [frame["type"]?.string, frame["channel"]?.string, frame["seq"].map { "\($0.integer ?? 0)" }]
            }
            while true {
                if let index = frames.firstIndex(where: { key($0) == key(pattern) }) { return frames.remove(at: index) }
                let frame = try JSONDocument(parsing: Array(try socket.client.readText().utf8)).root
                if let data = frame["data"], let session = data["session_id"]?.string {
                    self.session = session
                    epoch = data["epoch"]?.string ?? epoch
                }
                frames.append(frame)
            }
        }
    }

    @Test func `the story that its examples tell is what the server says`() throws {
        // Notifications of messages come a while later, and would be told between the lines.
        let server = try RunningServer(["CONFAB_NOTIFICATION_DELAY_MILLISECONDS": "86400000"])
        let story = ProtocolStory(reading: ProtocolStory.document)
        var actors: [String: Actor] = [:], answer: HTTPAnswer?, token = "", file = "", refresh = ""
        for name in ["ann", "bob", "cid"] { actors[name] = try Actor(name, on: server) }
        for name in ["bob", "cid"] { try actors[name]?.socket.identify(actors[name]?.person.token ?? "") }
        // ann is greeted by the first line of the story; the helper has taken that greeting for its own.
        var greetings = [try #require(actors["ann"]?.socket.opening)]
        #expect(story.steps.count > 80)
        for (line, step) in story.steps {
            let place: Comment = "docs/PROTOCOL.md:\(line)"
            switch step {
            case .sent(let name, let text):
                let actor = try #require(actors[name], place)
                if text.contains(#""type":"resume""#) { actor.socket = try ChatSocket(on: server) }
                let members = text.replacing("eyJ…", with: actor.person.token)
                    .replacing(#""session_id":"…""#, with: #""session_id":"\#(actor.session)""#)
                    .replacing(#""epoch":"…""#, with: #""epoch":"\#(actor.epoch)""#)
                    .replacing(#""invite":"…""#, with: #""invite":"\#(token)""#)
                try actor.socket.client.send(ClientFrame.text(members))
            case .told(let name, let text):
                let actor = try #require(actors[name], place), pattern = try ProtocolStory.pattern(text)
                if pattern["type"]?.isString("hello") == true {
                    #expect(greetings.removeFirst().names("data") == pattern["data"]?.members.map(\.name), place)
                    continue
                }
                var frame: JSONElement?
                #expect(throws: Never.self, place) { frame = try actor.next(like: pattern) }
                #expect(ProtocolStory.difference(pattern, try #require(frame, place)) == nil, place)
            case .asked(let name, let method, let path, let body):
                let filled = body?.replacing(#""file_id":"…""#, with: #""file_id":"\#(file)""#)
                    .replacing(#""refresh_token":"…""#, with: #""refresh_token":"\#(refresh)""#)
                answer = try #require(actors[name], place).person.call(method, path, filled)
            case .answered(let status, let text):
                let given = try #require(answer, place)
                #expect(given.status == status, place)
                if let made = try? given.json()["token"] { token = made }
                if let made = try? given.json()["refresh_token"] { refresh = made }
                if let made = try? given.json(), made["sha256"] != nil { file = made["id"] ?? "" }
                guard let text else { continue }
                let value = try JSONDocument(parsing: given.body).root
                #expect(ProtocolStory.difference(try ProtocolStory.pattern(text), value) == nil, place)
            }
        }
    }

    @Test func `every command and every event has its example`() throws {
        var shown: Set<String> = []
        for (_, step) in ProtocolStory(reading: ProtocolStory.document).steps {
            switch step {
            case .sent(_, let text), .told(_, let text):
                let pattern = try ProtocolStory.pattern(text)
                shown.insert(pattern["type"]?.string ?? "")
                // Events within a page count too.
                for event in pattern["data"]?["events"]?.elements ?? [] { shown.insert(event["type"]?.string ?? "") }
            default: continue
            }
        }
        let commands = [
            "identify", "resume", "ping", "channel.open", "channel.create", "channel.join", "channel.leave",
            "message.send", "message.edit", "message.delete", "message.forward", "reaction.add", "reaction.remove",
            "read.update", "history.get", "events.get",
        ]
        let events = [
            "ready", "resumed", "message.created", "message.updated", "message.deleted",
            "message.pinned", "message.unpinned", "reaction.added", "reaction.removed", "member.joined", "member.left",
            "member.updated", "channel.created", "channel.updated", "channel.deleted", "void", "channel.added",
            "channel.removed", "message.hidden", "receipt.updated", "channel.unread", "job.updated",
            "session.revoked",
        ]
        for name in commands + events { #expect(shown.contains(name), "\(name)") }
        let document = ProtocolStory.document
        for name in commands + events { #expect(document.contains("`\(name)`"), "\(name)") }
    }
}
