import Base
import Reactor
import TestSupport

/// A user who does everything that can be done by a socket, while connections are cut and the server is killed, and
/// who keeps account of every answer and event.
struct Roamer: Sendable {
    /// What was asked for. With a name it may be asked again.
    struct Wish: Hashable, Sendable {
        var type: String
        var channel: String
        var number: Int64 = 0
        var name = ""
        var text = ""
    }

    let name: String
    let token: String
    let channels: [String]
    /// The channel that the user joins and leaves; `nil` for who must see everything to the end.
    let open: String?
    private var random: RandomSource

    private(set) var id = ""
    private var session = "", epoch = ""
    private(set) var heard = Heard()
    private(set) var hasHidden = false
    private(set) var unanswered: [Wish] = []
    private(set) var acks: [Wish: Ack] = [:]
    private(set) var readTo: [String: Int64] = [:]
    private(set) var faults: [String] = []
    private(set) var tally: [String: Int] = [:]
    private var inFlight: [Int64: Wish] = [:]
    private var mine: [(channel: String, number: Int64)] = []
    private var lastID: Int64 = 0
    private var count = 0

    private static let windowMax = 32
    /// Refusals that are to be expected of somebody who acts on what is long gone.
    private static let expected: Set<String> = ["not_found", "not_a_member", "permission_denied"]

    init(name: String, token: String, channels: [String], open: String?, seed: UInt64) {
        self.name = name
        self.token = token
        self.channels = channels
        self.open = open
        random = RandomSource(seed: seed)
    }

    // MARK: Connecting

    /// Goes about until so many commands have been given or the server is gone, by one socket after another.
    mutating func roam(to port: UInt16, steps: Int, onAnswer: () -> Void = {}) {
        var left = steps
        do throws(ClientFailure) {
            while left > 0 {
                let client = try SocketClient(port: port)
                try enter(client)
                try sendAgain(client)
                for _ in 0..<Int.random(in: 10...120, using: &random) where left > 0 {
                    left -= 1
                    try act(client)
                    // Who does not listen for a while is fed from the log afterwards.
                    let mayWait = chance(20) ? 0 : Self.windowMax
                    while inFlight.count > mayWait {
                        try hear(client.message())
                        onAnswer()
                    }
                }
                if chance(2) { try hearAll(client) }
                inFlight.removeAll()
            }
        } catch {
            end(with: error)
        }
    }

    /// Asks again for every answer that is missing, hears everything, and asks for nothing new.
    mutating func settle(with port: UInt16) {
        do throws(ClientFailure) {
            let client = try SocketClient(port: port)
            try enter(client)
            try sendAgain(client)
            try hearAll(client)
            inFlight.removeAll()
        } catch {
            faults.append("\(name) could not settle: \(error)")
        }
    }

    private mutating func hearAll(_ client: SocketClient) throws(ClientFailure) {
        try send(Wish(type: "ping", channel: ""), client)
        while !inFlight.isEmpty { try hear(client.message()) }
    }

    private mutating func end(with failure: ClientFailure) {
        inFlight.removeAll()
        heard.isReplaying = false
        switch failure {
        case .ended, .system: return
        case .deadline, .violation, .refused: faults.append("\(name): \(failure)")
        }
    }

    private mutating func enter(_ client: SocketClient) throws(ClientFailure) {
        guard !session.isEmpty else {
            let ready = try client.identify(token: token)
            id = ready["user"]?["id"]?.string ?? ""
            session = ready["session_id"]?.string ?? ""
            epoch = ready["epoch"]?.string ?? ""
            return heard.begin(ready["channels"]?.elements ?? [], personalSeq: ready["me_seq"]?.integer)
        }
        _ = try client.message()
        heard.isReplaying = true
        let reply = try client.ask("resume", id: 0) { json in
            json.member("token", token)
            json.member("session_id", session)
            json.member("epoch", epoch)
            json.member("me_seq", heard.personalSeq)
            json.object("channels") { json in
                for (channel, seq) in heard.cursors.sorted(by: { $0.key < $1.key }) {
                    json.name(channel)
                    json.value(seq)
                }
            }
        } meanwhile: { event in
            heard.take(event)
        }
        heard.isReplaying = false
        tally["resumes", default: 0] += 1
        guard let data = reply["data"], reply["ok"]?.bool == true else {
            throw .violation("resume: \(String(decoding: reply.raw, as: UTF8.self))")
        }
        for channel in data["removed"]?.elements ?? [] { if let id = channel.string { heard.leave(id) } }
        heard.begin(data["added"]?.elements ?? [])
        // What was too much to replay is read from the logs; what happens meanwhile in any of them comes after it.
        var held: [JSONElement] = []
        for rest in data["more"]?.elements ?? [] { try catchUp(rest, client, meanwhile: &held) }
        for event in held { heard.take(event) }
    }

    private mutating func catchUp(
        _ rest: JSONElement, _ client: SocketClient, meanwhile held: inout [JSONElement]
    ) throws(ClientFailure) {
        guard let channel = rest["channel"]?.string, let last = rest["to_seq"]?.integer else {
            throw .violation("more: \(String(decoding: rest.raw, as: UTF8.self))")
        }
        tally["more", default: 0] += 1
        while let cursor = channel == "@me" ? heard.personalSeq : heard.cursors[channel], cursor < last {
            let page = try client.ask("events.get", id: 0) { json in
                json.member("channel", channel)
                json.member("after_seq", cursor)
                json.member("limit", min(1_000, last - cursor))
            } meanwhile: { event in
                held.append(event)
            }
            // Somebody has taken us out meanwhile.
            guard page["ok"]?.bool == true else { return heard.abandon(channel) }
            let events = page["data"]?["events"]?.elements ?? []
            guard !events.isEmpty else { throw .violation("an empty page before \(last)") }
            // What the own log tells of memberships, the answer to the resume has told as it is now.
            heard.isReplaying = true
            for event in events { heard.take(event) }
            heard.isReplaying = false
        }
    }

    // MARK: Acting

    private mutating func act(_ client: SocketClient) throws(ClientFailure) {
        let channel = one(of: channels + (open.map { [$0] } ?? [])), own = mine.suffix(20).randomElement(using: &random)
        count += 1
        let fresh = "\(name)-\(count)"
        switch Int.random(in: 0..<100, using: &random) {
        case ..<50:
            let size = chance(6) ? 6_000 : Int.random(in: 0...300, using: &random)
            let text = fresh + String(repeating: ".", count: size)
            try say(Wish(type: "message.send", channel: channel, name: fresh, text: text), client)
        case ..<58:
            guard let own else { return }
            try say(
                Wish(type: "message.forward", channel: channel, number: own.number, name: fresh, text: own.channel),
                client)
        case ..<70:
            guard let own else { return }
            try send(Wish(type: "message.edit", channel: own.channel, number: own.number, text: fresh), client)
        case ..<75:
            guard let own else { return }
            try send(Wish(type: "message.delete", channel: own.channel, number: own.number, text: "all"), client)
        case ..<79:
            guard let own, open != nil else { return }
            hasHidden = true
            try send(Wish(type: "message.delete", channel: own.channel, number: own.number, text: "me"), client)
        case ..<87:
            let number = Int64.random(in: 1...max(1, heard.cursors[channel] ?? 1), using: &random)
            let emoji = one(of: ["a", "b", "c", "d"])
            try send(Wish(type: "reaction.add", channel: channel, number: number, text: emoji), client)
        case ..<94:
            let number = Int64.random(in: 1...max(1, heard.cursors[channel] ?? 1), using: &random)
            try send(Wish(type: "read.update", channel: channel, number: number), client)
        default:
            guard let open else { return }
            try send(Wish(type: chance(2) ? "channel.leave" : "channel.join", channel: open), client)
        }
    }

    private mutating func say(_ wish: Wish, _ client: SocketClient) throws(ClientFailure) {
        unanswered.append(wish)
        try send(wish, client)
    }

    private mutating func sendAgain(_ client: SocketClient) throws(ClientFailure) {
        for wish in unanswered { try send(wish, client) }
        // Some that were answered as well: the first answer must come back.
        let known = acks.keys.filter { !$0.name.isEmpty }.sorted { $0.name < $1.name }
        for _ in 0..<3 { if let wish = known.randomElement(using: &random) { try send(wish, client) } }
    }

    private mutating func send(_ wish: Wish, _ client: SocketClient) throws(ClientFailure) {
        lastID += 1
        inFlight[lastID] = wish
        let isForward = wish.type == "message.forward"
        try client.command(wish.type, id: Int(lastID)) { json in
            if isForward {
                json.member("from_channel", wish.text)
                json.member("to_channel", wish.channel)
            } else {
                json.member("channel", wish.channel)
            }
            if wish.number > 0 { json.member("message_number", wish.number) }
            if !wish.name.isEmpty { json.member("client_msg_id", wish.name) }
            switch wish.type {
            case "message.send", "message.edit": json.member("text", wish.text)
            case "message.delete": json.member("scope", wish.text)
            case "reaction.add": json.member("emoji", wish.text)
            default: break
            }
        }
    }

    // MARK: Hearing

    private mutating func hear(_ message: JSONElement) {
        guard let id = message["id"]?.integer else { return heard.take(message) }
        guard let wish = inFlight.removeValue(forKey: id) else { return faults.append("\(name): no \(id) was asked") }
        guard message["ok"]?.bool == true else {
            let code = message["error"]?["code"]?.string ?? ""
            if !Self.expected.contains(code) { faults.append("\(name): \(wish) was refused as \(code)") }
            unanswered.removeAll { $0 == wish }
            return
        }
        tally[wish.type, default: 0] += 1
        guard let data = message["data"] else { return }
        if wish.type == "read.update", let read = data["read_number"]?.integer {
            if read < readTo[wish.channel] ?? 0 { faults.append("\(name) had read more of \(wish.channel)") }
            readTo[wish.channel] = read
        }
        guard let seq = data["seq"]?.integer else { return }
        let ack = Ack(number: data["message_number"]?.integer ?? wish.number, seq: seq)
        guard !wish.name.isEmpty else {
            acks[wish] = ack
            return
        }
        if let first = acks[wish] {
            let isDuplicate = data["duplicate"]?.bool == true
            if first != ack || !isDuplicate { faults.append("\(wish.name) was \(first) and came back as \(ack)") }
        } else {
            acks[wish] = ack
            mine.append((wish.channel, ack.number))
            unanswered.removeAll { $0 == wish }
        }
    }

    private mutating func chance(_ oneIn: Int) -> Bool { Int.random(in: 0..<oneIn, using: &random) == 0 }

    private mutating func one(of items: [String]) -> String { items[Int.random(in: 0..<items.count, using: &random)] }
}
