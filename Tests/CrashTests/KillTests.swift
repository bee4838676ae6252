import Base
import Glibc
import Reactor
import TestSupport
import Testing

extension CrashTests {
    @Suite("kill -9 under load") struct KillTests {
        private static let roundsMax = 50
        private static let interruptionsWanted = 25

        @Test(.timeLimit(.minutes(2))) func `loses nothing that was answered or shown, and gives nothing twice`() throws
        {
            let data = TemporaryDirectory()
            let names = (1...5).map { "user\($0)" }
            let tokens = try ServerProcess.makeUsers(names, in: data)
            let (direct, group) = try makeChannels(names, tokens, data)
            let talkers = zip(names, tokens).enumerated().map { index, user in
                Guarded(
                    Talker(
                        name: user.0, token: user.1, channels: index < 2 ? [direct, group] : [group],
                        seed: UInt64(index) + 1))
            }

            var random = RandomSource(seed: 9), rounds = 0, interruptions = 0
            while interruptions < Self.interruptionsWanted, rounds < Self.roundsMax {
                rounds += 1
                try killOnce(talkers, data, afterMilliseconds: Int32.random(in: 20...200, using: &random))
                if talkers.contains(where: { !$0.withLock(\.unanswered).isEmpty }) { interruptions += 1 }
            }

            let server = try ServerProcess.serve(data)
            let port = try server.port()
            run(talkers) { $0.settle(with: port) }
            let ended = talkers.map { talker in talker.withLock { $0 } }
            for (channel, readers) in [(direct, [0, 1]), (group, [0, 4])] {
                let audits = try readers.map { try Audit(of: channel, by: tokens[$0], port: port) }
                #expect(audits.flatMap(\.faults) == [])
                #expect(audits[0].messages == audits[1].messages, "two readers see one log")
                compare(audits[0].messages, channel, ended)
            }
            #expect(ended.flatMap(\.faults).prefix(20) == [])

            // A history in which nothing happened would prove nothing.
            let acks = ended.reduce(0) { $0 + $1.acks.count }
            #expect(acks >= 1_000, "\(acks) acks")
            #expect(interruptions >= Self.interruptionsWanted, "\(interruptions) of \(rounds) kills interrupted a send")
            #expect(ended.allSatisfy { $0.resumes >= interruptions / 2 && $0.received.count > 100 })
            #expect(ended.reduce(0) { $0 + $1.retriesAnswered } > 50)
            // Some of what was unanswered had been committed all the same.
            #expect(ended.reduce(0) { $0 + $1.duplicates - $1.retriesAnswered } > 0)
        }

        private func makeChannels(
            _ names: [String], _ tokens: [String], _ data: TemporaryDirectory
        ) throws -> (direct: String, group: String) {
            let server = try ServerProcess.serve(data)
            let client = try SocketClient(port: try server.port())
            _ = try client.identify(token: tokens[0])
            let opened = try client.ask("channel.open") { $0.member("username", names[1]) }
            var ids: [String] = []
            for name in names.dropFirst() {
                let channel = try client.ask("channel.open") { $0.member("username", name) }
                ids.append(try #require(channel["data"]?["user"]?["id"]?.string))
            }
            let made = try client.ask("channel.create") { json in
                json.member("name", "all")
                json.array("members") { json in
                    for id in ids { json.value(id) }
                }
            }
            return (
                try #require(opened["data"]?["channel"]?.string), try #require(made["data"]?["channel"]?.string)
            )
        }

        /// Starts the server, lets everyone talk, and kills it some time after the first answer.
        private func killOnce(
            _ talkers: [Guarded<Talker>], _ data: TemporaryDirectory, afterMilliseconds delay: Int32
        ) throws {
            let server = try ServerProcess.serve(data)
            let port = try server.port()
            let hasStarted = Semaphore()
            let threads = Threads(
                talkers.map { slot in
                    {
                        var talker = slot.withLock { $0 }, isFirst = true
                        talker.talk(to: port) {
                            if isFirst { hasStarted.signal() }
                            isFirst = false
                        }
                        // A thread that never got an answer must not keep the others from being killed.
                        if isFirst { hasStarted.signal() }
                        slot.withLock { $0 = talker }
                    }
                })
            hasStarted.wait()
            _ = poll(nil, 0, delay)
            server.kill()
            threads.join()
        }

        /// Everyone at once, each on a thread of its own, to the end.
        private func run(_ talkers: [Guarded<Talker>], _ body: @escaping @Sendable (inout Talker) -> Void) {
            Threads(
                talkers.map { slot in
                    {
                        var talker = slot.withLock { $0 }
                        body(&talker)
                        slot.withLock { $0 = talker }
                    }
                }
            ).join()
        }

        /// Holds everything that clients were told against the final log.
        private func compare(_ log: [Numbered], _ channel: String, _ talkers: [Talker]) {
            let byNumber = Dictionary(log.map { ($0.number, $0) }) { first, _ in first }
            var places: [Utterance: [Int64]] = [:]
            for message in log { places[message.utterance, default: []].append(message.number) }
            var said = 0
            for talker in talkers {
                #expect(talker.unanswered.isEmpty, "\(talker.name) has no answer to \(talker.unanswered.count)")
                for (utterance, ack) in talker.acks where utterance.channel == channel {
                    said += 1
                    #expect(places[utterance] == [ack.number], "\(utterance.name)")
                    #expect(byNumber[ack.number]?.seq == ack.seq, "\(utterance.name)")
                }
                for message in talker.received where message.channel == channel {
                    #expect(byNumber[message.number] == message, "\(talker.name) was shown something else")
                }
            }
            #expect(said == log.count, "nothing is in the log that nobody said")
        }
    }
}
