import Auth
import Base
import Channels
import TestSupport

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
    let book: Book
    private(set) var clients: [Client] = []
    private(set) var machine: Machine?
    private var generation: UInt64 = 0
    private let tampering: Tampering
    var trace: Trace
    private(set) var tally: [String: Int] = [:]
    /// Steps after which the power is cut, as it may be just when a server that was killed is back. Until then nobody
    /// begins anything new, which would have the log synced.
    var aftershockIn: Int?
    /// A reader is at work, and no other one is let in between.
    var isReading = false

    init(seed: UInt64, plan: Plan, keepsLines: Bool = false) throws {
        self.plan = plan
        var random = RandomSource(seed: seed)
        temper = Temper(&random)
        self.random = random
        let beginning = try Genesis.begin(seed: self.random.next())
        disk = beginning.disk
        book = Book(beginning.chronicle)
        disk.ignoresSyncs = plan.plant == .noSync
        disk.ignoresFirstSyncs = plan.plant == .startWithoutSync
        if let plant = plan.plant { tampering = plant.tampering } else { tampering = { batch in batch } }
        trace = Trace(keepsLines: keepsLines)
        let (signer, _) = try Machine.signer()
        for (index, name) in Genesis.names.enumerated() {
            let claims = AccessClaims(
                user: Genesis.user(index), uuid: "uuid-\(name)", login: Genesis.login(index), role: .member,
                tokenID: "t", issuedAt: Genesis.start, expiresAt: Genesis.start.adding(seconds: 86_400 * 300))
            clients.append(
                Client(
                    user: index, name: name, token: signer.sign(claims), book: book, temper: temper,
                    random: self.random.fork()))
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
        let vfs = DiskVFS(disk), herald = Herald(tampering)
        fileSystems.append(vfs)
        do throws(StoreFailure) {
            let machine = try Machine(
                on: vfs.name, time: time, random: &random, generation: generation, herald: herald,
                limits: temper.limits, plant: plan.plant)
            herald.heard = { [unowned self] in heard($0) }
            self.machine = machine
            trace.note("starts", Int(generation))
            compareLogs(of: machine)
        } catch {
            // Its disk failed, or it was killed on the way.
            trace.note("does not start", Int(generation))
            count("failed starts")
            disk.killProcess()
        }
    }

    /// A server that has just begun shows at least what was told of before, as it was.
    private func compareLogs(of machine: Machine) {
        // Whoever looks here has no part in the world.
        let failing = disk.failing
        disk.failing = nil
        defer { disk.failing = failing }
        for channel in Genesis.channels {
            var end: Int64 = 0
            while let page = machine.page(of: channel, for: Genesis.user(0), after: end), !page.events.isEmpty {
                for event in page.events { book.chronicle.take(event) }
                end = page.events.last?.lastSeq ?? end
                if !page.hasMore { break }
            }
            book.chronicle.compareEnd(of: "\(channel)", with: end)
        }
    }

    /// A batch is on disk, and nobody has been told of it yet.
    private func heard(_ batch: [Announcement]) {
        for case .committed(let committed) in batch {
            for event in committed.decision.events { book.chronicle.take(event) }
        }
        guard !isReading, let machine, chance(temper.readsBeforeWordOneIn) else { return }
        trace.note("reads before the word")
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            if Bool.random(using: &random) {
                if machine.read(by: Int.random(in: 0..<2, using: &random)) { count("reads before the word") }
            } else if machine.errands.count > 0 {
                machine.errands.run(Int.random(in: 0..<machine.errands.count, using: &random))
            }
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
        loseConnections()
        if cutsPower {
            disk.cutPower()
        } else {
            disk.killProcess()
            if chance(temper.aftershockOneIn) { aftershockIn = Int.random(in: 40...250, using: &random) }
        }
        bury(machine)
    }

    private func loseConnections() {
        for client in clients {
            guard let link = client.link else { continue }
            if Bool.random(using: &random), !link.isHalfOpen {
                take(Int.random(in: 0...link.kernel.count, using: &random), for: client)
            }
            client.disconnected()
        }
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
        guard let machine else { return }
        if machine.isBroken || isDead {
            crash(cutsPower: isDead && Bool.random(using: &random))
        } else if machine.hasStopped {
            trace.note("has stopped")
            count("planned stops")
            for loop in machine.loops { _ = machine.deliver(atMost: 1_000, to: loop.number) }
            loseConnections()
            machine.close()
            disk.killProcess()
            bury(machine)
        }
    }

    // MARK: The network

    func connect(_ client: Client) {
        guard let machine, client.isAway else { return }
        let loop = machine.loops[Int.random(in: 0..<Machine.loopCount, using: &random)]
        trace.note("connects", client.user)
        client.connected(by: loop.connect(kernelBytesMax: temper.kernelBytesMax))
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
        let lost = Int.random(in: 0...link.rising.count, using: &random)
        count("frames lost", lost)
        link.rising.removeLast(lost)
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
