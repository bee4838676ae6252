import Base
import Channels
import TestSupport
import Testing

@Suite("What is told to one user alone") struct TellUserTests {
    private let ann = World.ann, bob = World.bob
    private let tell = Command.tellUser(TellUser(.jobUpdated, data: Array(#"{"id":"1"}"#.utf8)))

    @Test func `has its place on the own log, and on no other`() throws {
        var world = World()
        let channel = try world.openDirect(ann, bob)
        let before = try world.attendance(of: ann).personalSeq
        let decision = try world.ask(tell, as: ann)
        #expect(decision.result == .success(.done))
        let event = try #require(decision.events.first)
        #expect(decision.events.count == 1)
        #expect(event.channel == .personal(ann))
        #expect(event.seq == before + 1)
        guard case .note(let note) = event.fact else { throw Unexpected(decision: decision) }
        #expect(note.kind == .jobUpdated && note.subject == nil && note.data == Array(#"{"id":"1"}"#.utf8))
        for var world in [world, world.forgetful] {
            #expect(try world.attendance(of: ann).personalSeq == before + 1)
            #expect(try world.attendance(of: bob).personalSeq == before)
            #expect(try world.ask(tell, as: ann).events.map(\.seq) == [before + 2])
            #expect(try world.summary(of: channel, for: ann).head.seq == 1)
        }
    }

    @Test func `is told to nobody who is not there`() throws {
        var world = World()
        let decision = try world.ask(tell, as: World.user(99))
        #expect(decision.result == .success(.done) && decision.events.isEmpty)
    }
}
