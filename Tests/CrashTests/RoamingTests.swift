import Base
import Glibc
import Reactor
import TestClient
import TestSupport
import Testing

extension CrashTests {
    /// Users who edit, delete, hide, forward, react, come and go, and are thrown out, through cuts and kills.
    @Suite("Logs heard through cuts and kills") struct RoamingTests {
        private static let seeds: ClosedRange<UInt64> = {
            func number(_ name: String) -> UInt64? { getenv(name).flatMap { UInt64(String(cString: $0)) } }
            if let seed = number("CONFAB_MODEL_SEED") { return seed...seed }
            let first = number("CONFAB_MODEL_FIRST") ?? 1
            // A history of sockets takes as long as a hundred others.
            return first...(first + max(1, (number("CONFAB_MODEL_SEEDS") ?? 200) / 100) - 1)
        }()

        /// Bounds so low that replays are cut short and slow readers are fed from the log.
        private static let environment = [
            "CONFAB_REPLAY_CHANNEL_EVENTS_MAX": "10", "CONFAB_OUTBOUND_BYTES_MAX": "16384",
            "CONFAB_INDEX_RUN_EVENTS_MIN": "200",
        ]

        @Test(.timeLimit(.minutes(60)), arguments: seeds) func `are dense and come to what may be seen now`(
            seed: UInt64
        ) throws {
            let data = TemporaryDirectory()
            let names = ["ann", "bob", "cat", "dan"]
            let tokens = try ServerProcess.makeUsers(names, in: data)
            let place = try Place(names, tokens, data)
            let roamers = zip(names, tokens).enumerated().map { index, user in
                Guarded(
                    Roamer(
                        name: user.0, token: user.1, channels: index < 2 ? [place.direct, place.group] : [place.group],
                        open: index == 0 ? nil : place.open, seed: seed * 100 + UInt64(index)))
            }
            var random = RandomSource(seed: seed)
            for _ in 0..<4 {
                try killOnce(roamers, place, data, afterMilliseconds: Int32.random(in: 100...500, using: &random))
            }
            let server = try ServerProcess.serve(data, environment: Self.environment)
            let port = try server.port()
            run(roamers) { $0.roam(to: port, steps: 150) }
            run(roamers) { $0.settle(with: port) }
            for roamer in roamers { roamer.withLock { $0.settle(with: port) } }
            let ended = roamers.map { roamer in roamer.withLock { $0 } }
            let faults = ended.flatMap { $0.faults + $0.heard.faults } + (try compare(ended, place, port))
            #expect(faults.prefix(10) == [], "CONFAB_MODEL_SEED=\(seed) swift test --filter RoamingTests")
            // Histories in which nothing happened would prove nothing.
            for kind in ["resumes", "more", "message.edit", "message.delete", "message.forward", "channel.join"] {
                let count = ended.reduce(0) { $0 + ($1.tally[kind] ?? 0) }
                #expect(count > 0, "\(kind)")
            }
        }

        private func killOnce(
            _ roamers: [Guarded<Roamer>], _ place: Place, _ data: TemporaryDirectory,
            afterMilliseconds delay: Int32
        ) throws {
            let server = try ServerProcess.serve(data, environment: Self.environment)
            let port = try server.port(), hasStarted = Semaphore()
            let threads = Threads(
                roamers.map { slot in
                    {
                        var roamer = slot.withLock { $0 }, isFirst = true
                        roamer.roam(to: port, steps: 100_000) {
                            if isFirst { hasStarted.signal() }
                            isFirst = false
                        }
                        if isFirst { hasStarted.signal() }
                        slot.withLock { $0 = roamer }
                    }
                })
            for _ in roamers { hasStarted.wait() }
            let end = TimeSource.system.instant().adding(milliseconds: Int(delay))
            // Meanwhile the owner throws people out, who come back.
            var index = 0
            while TimeSource.system.instant() < end {
                index += 1
                _ = try? place.throwOut(place.ids[1 + index % 3], port)
                _ = poll(nil, 0, 20)
            }
            server.kill()
            threads.join()
        }

        /// Everyone at once, each on a thread of its own, to the end.
        private func run(_ roamers: [Guarded<Roamer>], _ body: @escaping @Sendable (inout Roamer) -> Void) {
            Threads(
                roamers.map { slot in
                    {
                        var roamer = slot.withLock { $0 }
                        body(&roamer)
                        slot.withLock { $0 = roamer }
                    }
                }
            ).join()
        }

        // MARK: The end

        private func compare(_ roamers: [Roamer], _ place: Place, _ port: UInt16) throws -> [String] {
            var found: [String] = []
            var whole: [String: [String?]] = [:]
            for (index, roamer) in roamers.enumerated() {
                let client = try SocketClient(port: port)
                let ready = try client.identify(token: roamer.token)
                let summaries = ready["channels"]?.elements ?? []
                let mine = Set(summaries.compactMap { $0["channel"]?.string })
                if mine != Set(roamer.heard.cursors.keys) { found.append("\(roamer.name) believes in other channels") }
                for summary in summaries {
                    guard let channel = summary["channel"]?.string else { continue }
                    let now = try log(of: channel, by: client, into: &found)
                    if index == 0 { whole[channel] = now }
                    found += roamer.heard.differences(of: channel, from: now, hasHidden: roamer.hasHidden)
                        .map { "\(roamer.name): \($0)" }
                    if channel != place.open, let read = roamer.readTo[channel],
                        summary["read_number"]?.integer ?? 0 < read
                    {
                        found.append("\(roamer.name) had read \(channel) to \(read)")
                    }
                }
            }
            for roamer in roamers { found += kept(roamer, in: whole) }
            return found
        }

        /// Every place of a log, as it is told now.
        private func log(
            of channel: String, by client: SocketClient, into found: inout [String]
        ) throws(ClientFailure) -> [String?] {
            var all: [String?] = [], hasMore = true
            while hasMore {
                let reply = try client.ask("events.get") { json in
                    json.member("channel", channel)
                    json.member("after_seq", all.count)
                    json.member("limit", 300)
                }
                guard let data = reply["data"], let events = data["events"]?.elements else {
                    throw .violation(String(decoding: reply.raw, as: UTF8.self))
                }
                for event in events {
                    let seq = event["seq"]?.integer ?? 0, last = event["to_seq"]?.integer
                    if seq != Int64(all.count) + 1 { found.append("\(channel) is not dense at \(seq)") }
                    if let last {
                        while all.count < last { all.append(nil) }
                    } else {
                        all.append(String(decoding: event.raw, as: UTF8.self))
                    }
                }
                hasMore = data["has_more"]?.bool == true && !events.isEmpty
            }
            return all
        }

        /// Nothing that was answered is lost, and nothing that was asked twice is there twice.
        private func kept(_ roamer: Roamer, in whole: [String: [String?]]) -> [String] {
            var found: [String] = []
            for (channel, log) in whole {
                let frames = log.map { $0.flatMap { try? JSONDocument(parsing: Array($0.utf8)).root } }
                var messages: [Int64: JSONElement] = [:], names: [String: Int] = [:]
                for case let root? in frames where root["type"]?.isString("message.created") == true {
                    guard let data = root["data"], let number = data["message_number"]?.integer else { continue }
                    messages[number] = data
                    if data["sender"]?.string == roamer.id, let name = data["client_msg_id"]?.string {
                        names[name, default: 0] += 1
                    }
                }
                found += names.filter { $0.value > 1 }.map { "\($0.key) is there \($0.value) times" }
                if messages.keys.sorted() != Array(0..<Int64(messages.count)).map({ $0 + 1 }) {
                    found.append("the numbers of \(channel) are not dense")
                }
                for (wish, ack) in roamer.acks where wish.channel == channel {
                    let data = messages[ack.number], isDeleted = data?["deleted_at"] != nil
                    let isThere =
                        switch wish.type {
                        case "message.send", "message.forward":
                            data?["client_msg_id"]?.string == wish.name && data?["sender"]?.string == roamer.id
                                && frames[Int(ack.seq) - 1]?["data"]?["message_number"]?.integer == ack.number
                        case "message.edit": isDeleted || data?["edited_at"] != nil
                        case "message.delete": isDeleted || wish.text == "me"
                        default: true
                        }
                    if !isThere { found.append("\(roamer.name) was promised \(wish.type) \(ack) of \(channel)") }
                }
            }
            return found
        }
    }
}

/// Where roamers meet: a direct channel of the first two, a group of all, and a public one that all but the first one
/// join and leave.
private struct Place: Sendable {
    let direct: String
    let group: String
    let open: String
    let ids: [String]
    private let owner: String

    init(_ names: [String], _ tokens: [String], _ data: TemporaryDirectory) throws {
        let server = try ServerProcess.serve(data)
        let port = try server.port()
        let client = try SocketClient(port: port)
        let ready = try client.identify(token: tokens[0])
        var ids = [try #require(ready["user"]?["id"]?.string)]
        for name in names.dropFirst() {
            let opened = try client.ask("channel.open") { $0.member("username", name) }
            ids.append(try #require(opened["data"]?["user"]?["id"]?.string))
        }
        let others = ids.dropFirst()
        func create(_ visibility: String) throws -> String {
            let made = try client.ask("channel.create") { json in
                json.member("name", visibility)
                json.member("visibility", visibility)
                json.array("members") { json in for id in others { json.value(id) } }
            }
            return try #require(made["data"]?["channel"]?.string)
        }
        (group, open) = (try create("private"), try create("public"))
        direct = "\(ids[0])_\(ids[1])"
        owner = tokens[0]
        self.ids = ids
    }

    /// True when somebody was taken out.
    func throwOut(_ id: String, _ port: UInt16) throws -> Bool {
        let client = try TCPClient(port: port)
        try client.send(
            "DELETE /api/v1/channels/\(open)/members/\(id) HTTP/1.1\r\nHost: localhost\r\n"
                + "Authorization: Bearer \(owner)\r\nConnection: close\r\n\r\n")
        return try client.readAnswer()?.status == 204
    }
}
