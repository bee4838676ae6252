import Base
import Channels
import TestSupport
import Testing

@Suite("Pins") struct PinTests {
    @Test func `are bounded, and one that is there already is no further one`() throws {
        var limits = World.unlimited
        limits.pinsMax = 2
        var world = World(limits)
        let group = try world.group([World.bob], by: World.ann)
        func pin(_ number: Int64) throws -> Decision {
            try world.ask(.pinMessage(PinMessage(channel: group, number: number, isPinned: true)), as: World.ann)
        }
        for name in ["one", "two", "three"] { _ = try world.send(name, as: name, in: group, by: World.bob) }
        #expect(try pin(1).events.count == 1)
        #expect(try pin(2).events.count == 1)
        #expect(try pin(3).rejection?.code == .quotaExceeded)
        let again = try pin(2)
        #expect(again.result == .success(.changed(group, seq: 6)))
        #expect(again.events.isEmpty)
    }
}
