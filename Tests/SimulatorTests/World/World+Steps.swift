import Base
import Channels
import TestSupport

@testable import Gateway

/// What happens next.
extension World {
    func step() {
        time.pass(milliseconds: Int64.random(in: 0...2, using: &random))
        if let left = aftershockIn {
            aftershockIn = left > 1 ? left - 1 : nil
            if left <= 1, machine != nil { return crash(cutsPower: true) }
        }
        guard let machine else {
            time.pass(milliseconds: 50)
            if chance(3) {
                if plan.hasCrashes, chance(6) { disk.failing = (.read, Int.random(in: 1...8, using: &random)) }
                start()
            }
            return
        }
        if temper.isRestless, chance(6) { moderate(machine) }
        switch Int.random(in: 0..<100, using: &random) {
        case ..<20: act()
        case ..<35: rise(machine)
        case ..<50: deliver(machine)
        case ..<64: fall()
        case ..<78:
            trace.note("commits")
            machine.commit { isInterrupted() }
        case ..<83: read(machine)
        case ..<90: runErrand(machine)
        case ..<93: passTime(machine)
        case ..<95: moderate(machine)
        case ..<97:
            guard chance(temper.cutOneIn) else { return }
            let client = clients[Int.random(in: 0..<clients.count, using: &random)]
            cut(client, silently: chance(4))
        case ..<98: loseOld(machine)
        default: fault()
        }
        checkPulse()
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
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            guard let frame = link.rising.first, machine.loops[link.loop].receive(on: link) else { return }
            trace.note("is asked", link.loop, frame)
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
        _ = machine.read(by: Int.random(in: 0..<2, using: &random))
        disk.interlude = nil
    }

    private func deliver(_ machine: Machine) {
        let loop = Int.random(in: 0..<Machine.loopCount, using: &random)
        if machine.deliver(atMost: Int.random(in: 1...4, using: &random), to: loop) { trace.note("delivers", loop) }
    }

    private func fall() {
        let client = clients[Int.random(in: 0..<clients.count, using: &random)]
        guard let link = client.link, !link.kernel.isEmpty else { return }
        if temper.slowReader == client.user, !chance(3) { return }
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

    private func loseOld(_ machine: Machine) {
        for loop in machine.loops { forgetOld(of: loop) }
    }

    /// Ann throws somebody out, or brings somebody in, by another way than a socket.
    private func moderate(_ machine: Machine) {
        // Most often somebody who is behind, if anybody is.
        let index = max(1, chance(2) ? temper.slowReader ?? 1 : Int.random(in: 1..<Genesis.names.count, using: &random))
        let user = Genesis.user(index)
        guard let strict = Genesis.strict, aftershockIn == nil else { return }
        trace.note("moderates", Int(user.rawValue))
        count("moderations")
        if !chance(3) { machine.propose(.removeMember(RemoveMember(channel: strict, user: user)), as: Genesis.user(0)) }
        if !chance(3) { machine.propose(.addMember(AddMember(channel: strict, user: user)), as: Genesis.user(0)) }
    }

    private func fault() {
        guard plan.hasCrashes, chance(temper.faultOneIn) else { return }
        switch Int.random(in: 0..<13, using: &random) {
        case 0, 1: crash(cutsPower: true)
        case 2: crash(cutsPower: false)
        case 3, 4: disk.diesInSyncs = Int.random(in: 1...3, using: &random)
        case 5, 6: disk.diesIn = Int.random(in: 1...25, using: &random)
        case 12: disk.diesInSyncs = 1
        case 7: disk.failing = (.sync, Int.random(in: 1...4, using: &random))
        case 8: disk.failing = (.write, Int.random(in: 1...20, using: &random))
        case 9: disk.failing = (.read, Int.random(in: 1...10, using: &random))
        default: disk.isFull.toggle()
        }
        trace.note("fault")
    }
}
