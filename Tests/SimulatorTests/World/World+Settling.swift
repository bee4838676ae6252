import Base
import Channels
import TestSupport

@testable import Gateway
@testable import Persistence
@testable import WSServer

/// The end of a world: everything is mended, everybody hears everything, and all accounts are compared.
extension World {
    /// What was found; nothing when all promises were kept.
    func run() throws -> [String] {
        for _ in 0..<plan.steps where book.faults.isEmpty { step() }
        guard book.faults.isEmpty, faultsHeard.isEmpty else { return found }
        settle()
        // Once more from the beginning, so that everybody is told how everything stands.
        for client in clients { cut(client, silently: false) }
        settle()
        guard book.faults.isEmpty, faultsHeard.isEmpty else { return found }
        try audit()
        stop()
        return found
    }

    private var faultsHeard: [String] { clients.flatMap(\.heard.faults) }

    private var found: [String] { book.faults + faultsHeard }

    private func settle() {
        (disk.diesIn, disk.diesInSyncs, disk.failing, disk.isFull) = (nil, nil, nil, false)
        aftershockIn = nil
        for _ in 0..<2_000 {
            time.pass(milliseconds: 20)
            start()
            guard let machine else { return book.fault("the server does not start any more") }
            for loop in machine.loops {
                forgetOld(of: loop)
                loop.passTime()
            }
            for client in clients {
                if client.isAway { connect(client) }
                client.retry()
                for loop in machine.loops {
                    for link in loop.links { while loop.receive(on: link) {} }
                }
            }
            machine.commit { false }
            while machine.read(by: 0) {}
            while machine.errands.count > 0 { machine.errands.run(0) }
            for loop in machine.loops { while machine.deliver(atMost: 100, to: loop.number) {} }
            for client in clients { take(client.link?.kernel.count ?? 0, for: client) }
            checkPulse()
            if self.machine != nil, isAtRest(machine) { return }
        }
        let waiting = clients.filter { !$0.isQuiet }.map(\.name)
        book.fault("\(waiting) did not come to rest")
    }

    private func isAtRest(_ machine: Machine) -> Bool {
        clients.allSatisfy(\.isQuiet) && machine.mailCount == 0 && machine.errands.count == 0
            && clients.allSatisfy { client in
                guard let link = client.link else { return false }
                return link.kernel.isEmpty && link.outbound.isEmpty && link.rising.isEmpty
            }
    }

    // MARK: Accounts

    private func audit() throws {
        for channel in [Genesis.group, Genesis.open, Genesis.strict].compactMap({ $0 }) {
            let name = "\(channel)"
            book.audit(name, try log(of: channel, for: 0))
            for client in clients where client.heard.cursors[name] != nil {
                let log = try log(of: channel, for: client.user)
                for fault in client.heard.differences(of: name, from: log, hasHidden: client.hasHidden) {
                    book.fault("\(client.name): \(fault)")
                }
                compareUnread(of: client, in: name, log)
            }
        }
        for client in clients {
            let own = try log(of: .personal(Genesis.user(client.user)), for: client.user)
            if client.heard.personalSeq != Int64(own.count) {
                book.fault("\(client.name)'s own log ends at \(own.count), heard to \(client.heard.personalSeq)")
            }
        }
    }

    /// Every place of a log as a user sees it, voids as nothing.
    private func log(of channel: ChannelID, for user: Int) throws -> [String?] {
        guard let machine else { return [] }
        var places: [String?] = []
        while true {
            let page = try machine.look { archive throws(StoreFailure) in
                try archive.events(
                    of: channel, for: Genesis.user(user), after: Int64(places.count), through: .max, limit: 500,
                    bytesMax: 1 << 20)
            }
            guard let page else { return places }
            for event in page.events {
                if event.seq != Int64(places.count) + 1 {
                    book.fault("\(channel) goes from \(places.count) to \(event.seq) on disk")
                }
                if case .void(let last) = event.fact {
                    places += [String?](repeating: nil, count: max(1, Int(last - event.seq) + 1))
                } else {
                    places.append(String(decoding: Envelope.event(event), as: UTF8.self))
                }
            }
            if !page.hasMore { return places }
        }
    }

    /// What is unread is what one may see behind the marker.
    private func compareUnread(of client: Client, in channel: String, _ log: [String?]) {
        guard let state = client.states[channel] else { return book.fault("\(client.name) was not told of \(channel)") }
        var unread: Int64 = 0
        for case let frame? in log {
            guard let event = try? JSONDocument(parsing: Array(frame.utf8)).root, let data = event["data"],
                event["type"]?.isString("message.created") == true, let number = data["message_number"]?.integer,
                number > state.readNumber, data["deleted_at"].map({ $0.isNull }) ?? true
            else { continue }
            unread += 1
        }
        if unread != state.unread {
            book.fault(
                "\(client.name) has \(unread) unread in \(channel) behind \(state.readNumber), told \(state.unread)")
        }
    }
}
