import Base
import Channels
import Testing

@testable import simulator

/// A server is killed, comes back, and then the power fails: what was not synced before the kill was in the kernel's
/// memory only, and the new server has read it from there.
@Suite("A power cut after a kill") struct AftershockTests {
    private func log(of world: World) throws -> [Event] {
        let group = try #require(Genesis.group), machine = try #require(world.machine)
        return machine.page(of: group, for: Genesis.user(0), after: 0)?.events ?? []
    }

    @Test(arguments: 1...12) func `what a new server shows is on disk, though the old one was killed before its sync`(
        seed: UInt64
    ) throws {
        let world = try World(seed: seed, plan: .usual), group = try #require(Genesis.group)
        world.machine?.propose(
            .sendMessage(SendMessage(channel: group, clientMessageID: .init("a"), text: Array("a".utf8))),
            as: Genesis.user(1))
        // The first one is that of the new log's header, before anything is in it.
        world.disk.diesInSyncs = 2
        world.machine?.commit { false }
        #expect(world.disk.mount?.isDead == true)
        world.crash(cutsPower: false)
        world.start()
        let shown = try log(of: world)
        #expect(shown.count == 2)
        world.crash(cutsPower: true)
        world.start()
        #expect(try log(of: world) == shown)
    }
}
