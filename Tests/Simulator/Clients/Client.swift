import Base
import TestSupport
import WSServer

/// A user's client as it should be written: it identifies once, resumes ever after, asks again for what was not
/// answered, reads what a resume leaves out, and keeps account of all that it is told.
final class Client {
    private enum Phase {
        case away
        case greeting
        case entering
        /// Reads what the resume named as more.
        case catchingUp
        case live
    }

    let name: String
    let user: Int
    private let token: String
    private let book: Book
    private let temper: Temper
    private var random: RandomSource
    private(set) var link: Link?
    /// Whoever has lost the connection without knowing why may not come back at once.
    var awayUntil = Instant(nanoseconds: 0)
    private var phase = Phase.away
    private var session = "", epoch = ""
    private(set) var heard = Heard()
    private(set) var hasHidden = false
    private var unanswered: [Wish] = []
    private var inFlight: [Int64: Wish] = [:]
    private var acks: [Wish] = []
    private var mine: [(channel: String, number: Int64)] = []
    private var readTo: [String: Int64] = [:]
    /// Of every channel, what the last resume said is unread, from which marker on.
    private(set) var states: [String: (readNumber: Int64, unread: Int64)] = [:]
    private var lastID: Int64 = 0
    private var count = 0
    private var rest: [JSONElement] = []
    private var held: [JSONElement] = []
    private(set) var tally: [String: Int] = [:]

    private static let windowMax = 12
    private static let entryID: Int64 = 0
    /// Refusals that are to be expected of somebody who acts on what is long gone.
    private static let expected: Set<String> = ["not_found", "not_a_member", "permission_denied"]
    /// Those after which it is asked again.
    private static let temporary: Set<String> = ["overloaded", "storage_full"]

    init(user: Int, name: String, token: String, book: Book, temper: Temper, random: RandomSource) {
        self.user = user
        self.name = name
        self.token = token
        self.book = book
        self.temper = temper
        self.random = random
    }

    var isAway: Bool { link == nil }
    var isLive: Bool { if case .live = phase { true } else { false } }
    /// Nothing that it waits for.
    var isQuiet: Bool { isLive && inFlight.isEmpty && unanswered.isEmpty }

    // MARK: The connection

    func connected(by link: Link) {
        self.link = link
        phase = .greeting
    }

    func disconnected() {
        link = nil
        phase = .away
        inFlight.removeAll()
        rest.removeAll()
        held.removeAll()
        heard.isReplaying = false
    }

    /// Takes a frame; false when the server has closed the connection.
    func hear(_ frame: (opcode: UInt8, payload: [UInt8])) -> Bool {
        guard frame.opcode == 1 else {
            return false
        }
        guard let message = try? JSONDocument(parsing: frame.payload).root else {
            book.fault("\(name) was told no JSON")
            return true
        }
        hear(message)
        return true
    }

    private func hear(_ message: JSONElement) {
        let id = message["id"]?.integer
        if id == nil, message["type"]?.isString("ping") == true { return say(Array(#"{"type":"pong"}"#.utf8)) }
        if id == nil { book.tells(message, to: user) }
        switch phase {
        case .away: return
        case .greeting: enter()
        case .entering where id == Self.entryID: entered(message)
        case .entering: heard.take(message)
        case .catchingUp where id == Self.entryID: caughtUp(message)
        case .catchingUp: held.append(message)
        case .live: id.map { answered(message, $0) } ?? heard.take(message)
        }
    }

    private func say(_ frame: [UInt8]) { link?.rising.append(book.says(frame)) }

    private func ask(_ type: String, id: Int64, _ data: (inout JSONWriter) -> Void) {
        say(
            JSONWriter.object { json in
                json.member("id", id)
                json.member("type", type)
                json.object("data", data)
            })
    }

    // MARK: Entering

    private func enter() {
        phase = .entering
        guard !session.isEmpty else {
            return ask("identify", id: Self.entryID) { json in json.member("token", token) }
        }
        heard.isReplaying = true
        ask("resume", id: Self.entryID) { json in
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
        }
    }

    private func entered(_ reply: JSONElement) {
        heard.isReplaying = false
        guard reply["ok"]?.bool == true, let data = reply["data"] else {
            let code = reply["error"]?["code"]?.string ?? ""
            if !Self.temporary.contains(code) { book.fault("\(name) may not enter: \(code)") }
            // It tries again by another connection.
            return leave()
        }
        guard !session.isEmpty else {
            session = data["session_id"]?.string ?? ""
            epoch = data["epoch"]?.string ?? ""
            heard.begin(data["channels"]?.elements ?? [], personalSeq: data["me_seq"]?.integer)
            return goLive()
        }
        tally["resumed", default: 0] += 1
        for channel in data["removed"]?.elements ?? [] { if let id = channel.string { heard.leave(id) } }
        let added = data["added"]?.elements ?? []
        heard.begin(added)
        states.removeAll()
        for state in (data["states"]?.elements ?? []) + added {
            guard let channel = state["channel"]?.string, let read = state["read_number"]?.integer,
                let unread = state["unread"]?.integer
            else { continue }
            states[channel] = (read, unread)
        }
        rest = data["more"]?.elements ?? []
        phase = .catchingUp
        catchUp()
    }

    /// The server is told nothing; it hears of the end.
    private func leave() { link?.isCut = true }

    private func catchUp() {
        while let next = rest.first {
            let channel = next["channel"]?.string ?? "", last = next["to_seq"]?.integer ?? 0
            let cursor = channel == "@me" ? heard.personalSeq : heard.cursors[channel]
            guard let cursor, cursor < last else {
                rest.removeFirst()
                continue
            }
            tally["more", default: 0] += 1
            return ask("events.get", id: Self.entryID) { json in
                json.member("channel", channel)
                json.member("after_seq", cursor)
                json.member("limit", min(Int64(Machine.limits.eventsPageMax), last - cursor))
            }
        }
        for event in held { heard.take(event) }
        held.removeAll()
        goLive()
    }

    private func caughtUp(_ page: JSONElement) {
        let channel = rest.first?["channel"]?.string ?? "", through = rest.first?["to_seq"]?.integer ?? 0
        if page["ok"]?.bool == true {
            let events = page["data"]?["events"]?.elements ?? []
            if events.isEmpty { book.fault("\(name): an empty page of \(channel)") }
            // What the own log tells of memberships, the answer to the resume has told as it is now.
            heard.isReplaying = true
            for event in events {
                book.tells(event, to: user)
                // What came behind the resume is told live as well. A page has more places than events where one of
                // them is a void.
                heard.take(event, through: through)
            }
            heard.isReplaying = false
            if events.isEmpty { rest.removeFirst() }
        } else if let code = page["error"]?["code"]?.string, Self.expected.contains(code) {
            // Somebody has taken us out meanwhile.
            heard.abandon(channel)
            rest.removeFirst()
        } else {
            return leave()
        }
        catchUp()
    }

    private func goLive() {
        phase = .live
        for wish in unanswered { send(wish) }
        // Some that were answered as well: the first answer must come back.
        if let known = acks.randomElement(using: &random) { send(known) }
    }

    // MARK: Acting

    /// Gives a command, if it may give another.
    func act() {
        guard isLive, inFlight.count < Self.windowMax else { return }
        count += 1
        let fresh = "\(name)-\(count)", places = heard.cursors.keys.filter(temper.channels.contains).sorted()
        let channel = one(of: places.isEmpty ? temper.channels : places)
        let own = mine.suffix(12).randomElement(using: &random)
        switch temper.habits.draw(using: &random) {
        case .send:
            let size = chance(temper.longTextOneIn) ? 700 : Int.random(in: 0...100, using: &random)
            let text = fresh + String(repeating: ".", count: size)
            begin(Wish(type: "message.send", channel: channel, name: fresh, text: text))
        case .forward:
            guard let own else { return }
            // A copy has the text of the day, which others may have changed.
            begin(
                Wish(type: "message.forward", channel: channel, number: own.number, name: fresh, text: own.channel))
        case .edit:
            guard let own else { return }
            send(Wish(type: "message.edit", channel: own.channel, number: own.number, text: fresh))
        case .delete:
            guard let own else { return }
            send(Wish(type: "message.delete", channel: own.channel, number: own.number, text: "all"))
        case .hide:
            // Only one of them does not see everything.
            guard let own, user == Genesis.hider else { return }
            hasHidden = true
            send(Wish(type: "message.delete", channel: own.channel, number: own.number, text: "me"))
        case .react:
            let number = Int64.random(in: 1...max(1, heard.cursors[channel] ?? 1), using: &random)
            send(Wish(type: "reaction.add", channel: channel, number: number, text: one(of: ["a", "b"])))
        case .read:
            let number = Int64.random(in: 1...max(1, heard.cursors[channel] ?? 1), using: &random)
            send(Wish(type: "read.update", channel: channel, number: number))
        case .lookBack:
            let number = Int64.random(in: 1...max(1, heard.cursors[channel] ?? 1), using: &random)
            let direction = one(of: ["after", "before", "around"])
            send(Wish(type: "history.get", channel: channel, number: number, text: direction))
        case .roam:
            // The first of them stays everywhere.
            guard user > 0 else { return }
            let isIn = heard.cursors["2"] != nil
            send(Wish(type: isIn != chance(4) ? "channel.leave" : "channel.join", channel: "2"))
        }
    }

    /// Asks again for what was refused for the time being.
    func retry() {
        guard isLive else { return }
        let waiting = Set(inFlight.values)
        for wish in unanswered where !waiting.contains(wish) { send(wish) }
    }

    private func begin(_ wish: Wish) {
        unanswered.append(wish)
        send(wish)
    }

    private func send(_ wish: Wish) {
        lastID += 1
        inFlight[lastID] = wish
        book.asks(wish)
        say(wish.frame(id: lastID))
    }

    // MARK: Answers

    private func answered(_ message: JSONElement, _ id: Int64) {
        guard let wish = inFlight.removeValue(forKey: id) else { return book.fault("\(name): no \(id) was asked") }
        guard message["ok"]?.bool == true, let data = message["data"] else {
            return refused(wish, message["error"]?["code"]?.string ?? "")
        }
        tally[wish.type, default: 0] += 1
        switch wish.type {
        case "message.send", "message.forward":
            guard let number = data["message_number"]?.integer, let seq = data["seq"]?.integer else {
                return book.fault("\(name): \(wish) was answered \(String(decoding: message.raw, as: UTF8.self))")
            }
            let isFirst = unanswered.contains(wish)
            book.acknowledge(
                wish, at: Book.Place(number: number, seq: seq), isDuplicate: data["duplicate"]?.bool == true)
            unanswered.removeAll { $0 == wish }
            if isFirst {
                acks.append(wish)
                mine.append((wish.channel, number))
            }
        case "message.edit":
            let isLast = !inFlight.values.contains { later in
                later.type == wish.type && later.channel == wish.channel && later.number == wish.number
            }
            book.acknowledgeEdit(wish, isLast: isLast)
        case "message.delete" where wish.text == "all": book.acknowledgeDeletion(wish)
        case "read.update":
            guard let read = data["read_number"]?.integer else { return }
            if read < readTo[wish.channel] ?? 0 { book.fault("\(name) had read more of \(wish.channel)") }
            readTo[wish.channel] = read
        case "history.get": book.showsPage(data["messages"]?.elements ?? [], of: wish.channel, to: user)
        default: return
        }
    }

    private func refused(_ wish: Wish, _ code: String) {
        tally["refused \(code)", default: 0] += 1
        if Self.temporary.contains(code) { return }
        if !Self.expected.contains(code) { book.fault("\(name): \(wish) was refused as \(code)") }
        guard wish.isSaying else { return }
        book.refuse(wish)
        unanswered.removeAll { $0 == wish }
    }

    private func chance(_ oneIn: Int) -> Bool { Int.random(in: 0..<oneIn, using: &random) == 0 }

    private func one(of items: [String]) -> String { items[Int.random(in: 0..<items.count, using: &random)] }
}
