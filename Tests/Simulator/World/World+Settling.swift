import Base
import Channels
import Gateway
import TestSupport
import WSServer

/// The end of a world: everything is mended, everybody hears everything, and all accounts are compared.
extension World {
    /// What was found, with the step after which it was; nothing when all promises were kept. All that was told is
    /// looked at after each step.
    func run() -> [String] {
        for _ in 0..<temper.steps {
            step()
            guard found.isEmpty else { return found }
        }
        settle()
        // Once more from the beginning, so that everybody is told how everything stands.
        for client in clients { cut(client, silently: false) }
        settle()
        if found.isEmpty { audit() }
        stop()
        return found
    }

    private var found: [String] {
        let all = book.faults + book.chronicle.faults + clients.flatMap(\.heard.faults)
        return all.map { "step \(trace.step): \($0)" }
    }

    private func settle() {
        (disk.diesIn, disk.diesInSyncs, disk.diesAt, disk.failing, disk.isFull) = (nil, nil, nil, nil, false)
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
            // Somebody may be told from the log, which nobody has read yet.
            && !machine.read(by: 0)
    }

    // MARK: Accounts

    private func audit() {
        for channel in Genesis.channels {
            let name = "\(channel)"
            book.audit(name, log(of: channel, for: 0))
            for client in clients where client.heard.cursors[name] != nil {
                let log = log(of: channel, for: client.user)
                // Who was out meanwhile without noticing has more than is shown where the past is not.
                let hasHidden = client.hasHidden || !Genesis.showsPast(name)
                for fault in client.heard.differences(of: name, from: log, hasHidden: hasHidden) {
                    book.fault("\(client.name): \(fault)")
                }
                compareUnread(of: client, in: name, log)
            }
        }
        for client in clients {
            let own = log(of: .personal(Genesis.user(client.user)), for: client.user)
            if client.heard.personalSeq != Int64(own.count) {
                book.fault("\(client.name)'s own log ends at \(own.count), heard to \(client.heard.personalSeq)")
            }
        }
    }

    /// Every place of a log as a user sees it, voids as nothing.
    private func log(of channel: ChannelID, for user: Int) -> [String?] {
        guard let machine else { return [] }
        var places: [String?] = []
        while let page = machine.page(of: channel, for: Genesis.user(user), after: Int64(places.count)) {
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
            if !page.hasMore { break }
        }
        return places
    }

    /// The logs as they are on disk, each for somebody who sees all of it; none where no server runs.
    var logLines: [String] {
        let all = Genesis.channels.map { ($0, 0) } + clients.map { (.personal(Genesis.user($0.user)), $0.user) }
        return all.flatMap { channel, user in
            log(of: channel, for: user).enumerated().map { "log \(channel) \($0.offset + 1): \($0.element ?? "void")" }
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
