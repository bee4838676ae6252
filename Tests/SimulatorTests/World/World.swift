import Auth
import Base
import Channels
import TestSupport

@testable import Gateway
@testable import Persistence

/// A server, its disk, its network and its clients in one thread, where nothing happens but by a seed: who goes next,
/// how long everything takes, what breaks.
final class World {
    let plan: Plan
    let temper: Temper
    var random: RandomSource
    let time = ManualTime(Genesis.start)
    let disk: Disk
    /// Of every run of the server: what is left of one may still ask.
    private var fileSystems: [DiskVFS] = []
    let book = Book()
    private(set) var clients: [Client] = []
    private(set) var machine: Machine?
    private var generation: UInt64 = 0
    private let tamper: Tampering
    var trace: Trace
    private(set) var tally: [String: Int] = [:]
    /// Steps after which the power is cut, as it may be just when a server that was killed is back. Until then nobody
    /// begins anything new, which would have the log synced.
    var aftershockIn: Int?

    init(seed: UInt64, plan: Plan, keepsLines: Bool = false) throws {
        self.plan = plan
        var random = RandomSource(seed: seed)
        temper = Temper(&random)
        self.random = random
        disk = try Genesis.disk(seed: self.random.next())
        disk.ignoresSyncs = plan.plant == .noSync
        disk.ignoresFirstSyncs = plan.plant == .startWithoutSync
        tamper = plan.tamper
        trace = Trace(keepsLines: keepsLines)
        let (signer, _) = try Machine.signer()
        for (index, name) in Genesis.names.enumerated() {
            let claims = AccessClaims(
                user: Genesis.user(index), uuid: "uuid-\(name)", login: Genesis.login(index), role: .member,
                tokenID: "t", issuedAt: Genesis.start, expiresAt: Genesis.start.adding(seconds: 86_400 * 300))
            clients.append(
                Client(user: index, name: name, token: signer.sign(claims), book: book, random: self.random.fork()))
        }
        start()
    }

    deinit { stop() }

    func count(_ what: String, _ number: Int = 1) { tally[what, default: 0] += number }

    func chance(_ oneIn: Int) -> Bool { Int.random(in: 0..<oneIn, using: &random) == 0 }

    // MARK: The server

    /// Starts a server, if it comes up.
    func start() {
        guard machine == nil else { return }
        generation += 1
        let vfs = DiskVFS(disk)
        fileSystems.append(vfs)
        do throws(StoreFailure) {
            let machine = try Machine(
                on: vfs.name, time: time, random: &random, generation: generation,
                planted: plan.plant == .replyBeforeCommit ? .earlyReply : nil, tamper: tamper)
            self.machine = machine
            trace.note("starts", Int(generation))
        } catch {
            // Its disk failed, or it was killed on the way.
            trace.note("does not start", Int(generation))
            count("failed starts")
            disk.killProcess()
        }
    }

    func stop() {
        guard let machine else { return }
        disk.killProcess()
        bury(machine)
    }

    /// The server is gone; what it had given to the kernel may still arrive.
    /// - Parameter cutsPower: the machine as well.
    func crash(cutsPower: Bool) {
        guard let machine else { return }
        trace.note("crashes", cutsPower ? 1 : 0)
        count(cutsPower ? "power cuts" : "kills")
        // The loops went on until then, while the committer was at work.
        for loop in machine.loops where Bool.random(using: &random) {
            _ = machine.deliver(atMost: Int.random(in: 1...4, using: &random), to: loop.number)
        }
        for client in clients {
            guard let link = client.link else { continue }
            if Bool.random(using: &random), !link.isHalfOpen {
                take(Int.random(in: 0...link.kernel.count, using: &random), for: client)
            }
            client.disconnected()
        }
        if cutsPower {
            disk.cutPower()
        } else {
            disk.killProcess()
            if temper.isPressed || chance(4) { aftershockIn = Int.random(in: 60...250, using: &random) }
        }
        bury(machine)
    }

    private func bury(_ machine: Machine) {
        for loop in machine.loops {
            for (code, number) in loop.closed { count("closes \(code)", number) }
        }
        machine.end()
        self.machine = nil
    }

    private var isDead: Bool { disk.mount?.isDead ?? true }

    /// Notices that the server has come to an end by itself, or by its disk.
    func checkPulse() {
        guard let machine, machine.isBroken || isDead else { return }
        crash(cutsPower: isDead && Bool.random(using: &random))
    }

    // MARK: The network

    func connect(_ client: Client) {
        guard let machine, client.isAway else { return }
        let loop = machine.loops[Int.random(in: 0..<Machine.loopCount, using: &random)]
        trace.note("connects", client.user)
        client.connected(by: loop.connect())
    }

    /// A client's connection ends; the server hears of it later, or has to find out.
    func cut(_ client: Client, silently: Bool) {
        guard let link = client.link else { return }
        trace.note("is cut", client.user)
        count(silently ? "half-open" : "cuts")
        if silently { client.awayUntil = time.source.instant().adding(milliseconds: 10_000) }
        link.isCut = !silently
        link.isHalfOpen = silently
        // Of what was on its way, some has arrived.
        link.rising.removeLast(Int.random(in: 0...link.rising.count, using: &random))
        client.disconnected()
    }

    /// Has a client take bytes that have come, and hear what is whole.
    func take(_ byteCount: Int, for client: Client) {
        guard let link = client.link else { return }
        link.falling.append(contentsOf: link.kernel.prefix(byteCount))
        link.kernel.removeFirst(min(byteCount, link.kernel.count))
        while client.link === link, let frame = link.nextFrame() {
            trace.note("hears", client.user, frame.payload)
            if !client.hear(frame) {
                link.isCut = true
                client.disconnected()
            } else if link.isCut {
                client.disconnected()
            }
        }
        machine?.loops[link.loop].flush(link)
    }

    /// Everything that the server still has of connections whose clients are gone.
    func forgetOld(of loop: Loop) {
        for link in loop.links where link.isCut { loop.lose(link) }
    }
}
