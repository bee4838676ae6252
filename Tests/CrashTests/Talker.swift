import Base
import TestSupport

/// A user who talks while the server is killed again and again, and keeps account of every answer and event.
struct Talker: Sendable {
    let name: String
    let token: String
    /// The channels to talk in.
    let channels: [String]
    private var random: RandomSource

    private(set) var id = ""
    private var session = "", epoch = ""
    /// The last event seen of each log.
    private(set) var cursors: [String: Int64] = [:]
    private var personalSeq: Int64 = 0

    /// In the order in which they were first sent.
    private(set) var unanswered: [Utterance] = []
    private(set) var acks: [Utterance: Ack] = [:]
    private var answered: [Utterance] = []
    private(set) var received: [Numbered] = []
    private(set) var faults: [String] = []
    private(set) var retriesAnswered = 0, duplicates = 0, resumes = 0
    private var inFlight: [Int64: Utterance] = [:]
    private var lastID: Int64 = 0
    private var count = 0

    /// Messages that may wait for their answers at once.
    private static let windowMax = 48

    init(name: String, token: String, channels: [String], seed: UInt64) {
        self.name = name
        self.token = token
        self.channels = channels
        random = RandomSource(seed: seed)
    }

    // MARK: Connecting

    /// Talks until the server is gone.
    mutating func talk(to port: UInt16, onAnswer: () -> Void) {
        do throws(ClientFailure) {
            let client = try SocketClient(port: port)
            try enter(client)
            try sendAgain(client)
            while true {
                try sayMore(client)
                let mayWait = Bool.random(using: &random) ? 0 : Self.windowMax / 2
                while inFlight.count > mayWait {
                    try hear(client.message())
                    onAnswer()
                }
            }
        } catch {
            end(with: error)
        }
    }

    /// Asks again for every answer that is missing, and for nothing new.
    mutating func settle(with port: UInt16) {
        do throws(ClientFailure) {
            let client = try SocketClient(port: port)
            try enter(client)
            try sendAgain(client)
            while !inFlight.isEmpty { try hear(client.message()) }
        } catch {
            faults.append("\(name) could not settle: \(error)")
        }
    }

    private mutating func end(with failure: ClientFailure) {
        inFlight.removeAll()
        switch failure {
        case .ended, .system: return
        case .deadline, .violation, .refused: faults.append("\(name): \(failure)")
        }
    }

    private mutating func enter(_ client: SocketClient) throws(ClientFailure) {
        guard !session.isEmpty else { return try identify(client) }
        _ = try client.message()
        resumes += 1
        let reply = try client.ask("resume", id: 0) { json in
            json.member("token", token)
            json.member("session_id", session)
            json.member("epoch", epoch)
            json.member("me_seq", personalSeq)
            json.object("channels") { json in
                for (channel, seq) in cursors.sorted(by: { $0.key < $1.key }) {
                    json.name(channel)
                    json.value(seq)
                }
            }
        } meanwhile: { event in
            see(event)
        }
        guard let data = reply["data"], reply["ok"]?.bool == true else {
            throw .violation("resume: \(String(decoding: reply.raw, as: UTF8.self))")
        }
        // What was too much to replay is read from the log; what happens meanwhile comes after it.
        for rest in data["more"]?.elements ?? [] { try catchUp(rest, client) }
    }

    private mutating func identify(_ client: SocketClient) throws(ClientFailure) {
        let ready = try client.identify(token: token)
        id = ready["user"]?["id"]?.string ?? ""
        session = ready["session_id"]?.string ?? ""
        epoch = ready["epoch"]?.string ?? ""
        personalSeq = ready["me_seq"]?.integer ?? 0
        for summary in ready["channels"]?.elements ?? [] {
            if let channel = summary["channel"]?.string { cursors[channel] = summary["seq"]?.integer }
        }
    }

    private mutating func catchUp(_ rest: JSONElement, _ client: SocketClient) throws(ClientFailure) {
        guard let channel = rest["channel"]?.string, let last = rest["to_seq"]?.integer else {
            throw .violation("more: \(String(decoding: rest.raw, as: UTF8.self))")
        }
        var held: [JSONElement] = []
        while (cursors[channel] ?? 0) < last {
            let page = try client.ask("events.get", id: 0) { json in
                json.member("channel", channel)
                json.member("after_seq", cursors[channel] ?? 0)
            } meanwhile: { event in
                held.append(event)
            }
            let events = page["data"]?["events"]?.elements ?? []
            guard !events.isEmpty else { throw .violation("an empty page before \(last)") }
            for event in events where (event["seq"]?.integer ?? 0) <= last { see(event) }
        }
        for event in held { see(event) }
    }

    // MARK: Talking

    private mutating func sendAgain(_ client: SocketClient) throws(ClientFailure) {
        for utterance in unanswered { try send(utterance, client) }
        // Some that were answered are sent again as well: the first answer must come back.
        for _ in 0..<3 {
            if let known = answered.randomElement(using: &random) { try send(known, client) }
        }
    }

    private mutating func sayMore(_ client: SocketClient) throws(ClientFailure) {
        for _ in 0..<Int.random(in: 1...8, using: &random) where inFlight.count < Self.windowMax {
            count += 1
            let size = Int.random(in: 0...300, using: &random)
            let utterance = Utterance(
                channel: channels.randomElement(using: &random) ?? channels[0], sender: id, name: "\(name)-\(count)",
                text: "\(count) of \(name)" + String(repeating: ".", count: size))
            unanswered.append(utterance)
            try send(utterance, client)
        }
    }

    private mutating func send(_ utterance: Utterance, _ client: SocketClient) throws(ClientFailure) {
        lastID += 1
        inFlight[lastID] = utterance
        try client.command("message.send", id: Int(lastID)) { json in
            json.member("channel", utterance.channel)
            json.member("client_msg_id", utterance.name)
            json.member("text", utterance.text)
        }
    }

    // MARK: Hearing

    private mutating func hear(_ message: JSONElement) {
        guard let id = message["id"]?.integer else { return see(message) }
        guard let utterance = inFlight.removeValue(forKey: id) else {
            return faults.append("\(name) heard a reply to \(id) that it did not wait for")
        }
        guard message["ok"]?.bool == true, let data = message["data"], let number = data["message_number"]?.integer,
            let seq = data["seq"]?.integer
        else { return faults.append("\(name) was refused: \(String(decoding: message.raw, as: UTF8.self))") }
        let ack = Ack(number: number, seq: seq), isDuplicate = data["duplicate"]?.bool == true
        if isDuplicate { duplicates += 1 }
        if let first = acks[utterance] {
            retriesAnswered += 1
            if first != ack || !isDuplicate { faults.append("\(utterance.name) was \(first) and came back as \(ack)") }
        } else {
            acks[utterance] = ack
            answered.append(utterance)
            unanswered.removeAll { $0 == utterance }
        }
    }

    /// Takes an event in, which must be the next one of its log.
    private mutating func see(_ event: JSONElement) {
        guard let channel = event["channel"]?.string, let seq = event["seq"]?.integer else { return }
        if channel == "@me" {
            personalSeq = seq
            return
        }
        let expected = (cursors[channel] ?? 0) + 1
        if seq != expected { faults.append("\(name) saw \(seq) of \(channel) instead of \(expected)") }
        cursors[channel] = seq
        guard event["type"]?.isString("message.created") == true else { return }
        guard let message = Numbered(event) else {
            return faults.append("\(name) cannot read \(String(decoding: event.raw, as: UTF8.self))")
        }
        received.append(message)
    }
}
