import Base
import Channels
import TestSupport

/// What happens next.
extension World {
    func step() {
        trace.step += 1
        time.pass(milliseconds: Int64.random(in: 0...2, using: &random))
        if let left = aftershockIn {
            aftershockIn = left > 1 ? left - 1 : nil
            if left <= 1, machine != nil {
                count("aftershocks")
                return crash(cutsPower: true)
            }
        }
        guard let machine else {
            time.pass(milliseconds: 50)
            if chance(3) {
                if plan.hasCrashes, chance(6) { disk.failing = (.read, Int.random(in: 1...8, using: &random)) }
                start()
            }
            return
        }
        if let oneIn = temper.moderatesOneIn, chance(oneIn) { moderate(machine) }
        move(machine)
        checkPulse()
    }

    private func move(_ machine: Machine) {
        switch temper.moves.draw(using: &random) {
        case .act: act()
        case .rise: rise(machine)
        case .deliver: deliver(machine)
        case .fall: fall()
        case .commit:
            trace.note("commits")
            machine.commit { isInterrupted() }
        case .read: read(machine)
        case .errand: runErrand(machine)
        case .time: passTime(machine)
        case .moderate: moderate(machine)
        case .cut:
            guard chance(temper.cutOneIn) else { return }
            let client = clients[Int.random(in: 0..<clients.count, using: &random)]
            cut(client, silently: chance(4))
        case .lose: for loop in machine.loops { forgetOld(of: loop) }
        case .fault: fault(machine)
        }
    }

    private func isInterrupted() -> Bool { temper.isPressed || chance(3) }

    private func act() {
        let client = clients[Int.random(in: 0..<clients.count, using: &random)]
        if client.isAway {
            guard time.source.instant() >= client.awayUntil else { return }
            // The old connection's words come too late for who goes on by another.
            for loop in machine?.loops ?? [] { for link in loop.links where link.isCut { link.rising = [] } }
            connect(client)
        } else if aftershockIn == nil {
            for _ in 0..<Int.random(in: 1...temper.burstMax, using: &random) { client.act() }
        }
    }

    private func rise(_ machine: Machine) {
        let links = machine.loops.flatMap(\.links).filter { !$0.rising.isEmpty }
        guard let link = links.randomElement(using: &random) else { return }
        for _ in 0..<Int.random(in: 1...max(3, temper.burstMax), using: &random) {
            guard let said = link.rising.first, machine.loops[link.loop].receive(on: link) else { return }
            trace.note("is asked", link.loop, said.frame)
            let isFirst = links.allSatisfy { other in other.rising.first.map { $0.order > said.order } ?? true }
            if !isFirst { count("frames that overtook another connection's") }
        }
    }

    private func read(_ machine: Machine) {
        if chance(3) {
            disk.interlude = { [unowned self] in
                trace.note("commits meanwhile")
                count("commits while reading")
                machine.commit { self.isInterrupted() }
            }
        }
        isReading = true
        _ = machine.read(by: Int.random(in: 0..<2, using: &random))
        isReading = false
        disk.interlude = nil
    }

    private func deliver(_ machine: Machine) {
        let waiting = machine.loops.indices.filter { machine.mailCount(for: $0) > 0 }
        guard let loop = waiting.randomElement(using: &random) else { return }
        if machine.deliver(atMost: Int.random(in: 1...4, using: &random), to: loop) { trace.note("delivers", loop) }
    }

    private func fall() {
        let hearing = clients.filter { $0.link?.kernel.isEmpty == false }
        guard let client = hearing.randomElement(using: &random), let link = client.link else { return }
        guard chance(temper.slowness[client.user]) else { return }
        take(chance(3) ? Int.random(in: 1...link.kernel.count, using: &random) : link.kernel.count, for: client)
    }

    private func runErrand(_ machine: Machine) {
        let count = machine.errands.count
        guard count > 0 else { return }
        machine.errands.run(Int.random(in: 0..<count, using: &random))
    }

    private func passTime(_ machine: Machine) {
        time.pass(
            milliseconds: chance(3) ? 2_500 : chance(3) ? 600 : Int64.random(in: 5...100, using: &random))
        for loop in machine.loops { loop.passTime() }
    }

    /// Ann throws somebody out, or brings somebody in, by another way than a socket.
    private func moderate(_ machine: Machine) {
        let index = chance(2) ? temper.victim : Int.random(in: 1..<Genesis.names.count, using: &random)
        let user = Genesis.user(index), places = [Genesis.strict, Genesis.late].compactMap { $0 }
        let usual = places.filter { temper.channels.contains("\($0)") }
        guard let place = (usual.isEmpty ? places : usual).randomElement(using: &random), aftershockIn == nil else {
            return
        }
        trace.note("moderates", Int(user.rawValue))
        count("moderations")
        if !chance(3) { machine.propose(.removeMember(RemoveMember(channel: place, user: user)), as: Genesis.user(0)) }
        if !chance(3) { machine.propose(.addMember(AddMember(channel: place, user: user)), as: Genesis.user(0)) }
    }

    private func fault(_ machine: Machine) {
        guard plan.hasCrashes, chance(temper.faultOneIn) else { return }
        trace.note("fault")
        switch temper.faults.draw(using: &random) {
        case .cutPower: crash(cutsPower: true)
        case .kill: crash(cutsPower: false)
        case .stop:
            guard aftershockIn == nil else { return }
            machine.askToStop()
            // Its last calls empty the log and take it away.
            if chance(2) { disk.diesAt = [.sync, .truncate, .remove][Int.random(in: 0..<3, using: &random)] }
        case .dieInSyncs: disk.diesInSyncs = Int.random(in: 1...3, using: &random)
        case .dieAtSync: disk.diesInSyncs = 1
        case .dieInCalls: disk.diesIn = Int.random(in: 1...25, using: &random)
        case .failSync: disk.failing = (.sync, Int.random(in: 1...4, using: &random))
        case .failWrite: disk.failing = (.write, Int.random(in: 1...20, using: &random))
        case .failRead: disk.failing = (.read, Int.random(in: 1...10, using: &random))
        case .fill: disk.isFull.toggle()
        }
    }
}
