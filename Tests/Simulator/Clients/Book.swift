import Base

/// What all clients together were promised: which name has which number, and what must never be seen.
final class Book {
    struct Place: Equatable {
        var number: Int64
        var seq: Int64
    }

    /// What was asked for by a name.
    struct Wished {
        var channel: String
        /// The highest number that anybody had been told when it was first asked for: it must get a higher one.
        var above: Int64
        var timesAsked = 0
    }

    private(set) var faults: [String] = []
    /// What was committed.
    var chronicle: Chronicle
    /// Frames that clients have said, all together.
    private(set) var saidCount = 0
    private(set) var places: [String: Place] = [:]
    private(set) var wishes: [String: Wished] = [:]
    private(set) var texts: Set<String> = []
    private var names: [String: [Int64: String]] = [:]
    private var highest: [String: Int64] = [:]
    private(set) var refused: Set<String> = []
    /// Messages of which it was acknowledged that they are gone for everybody.
    private(set) var deleted: Set<String> = []
    /// What a message's last edit made of it; `nil` while it is not known whether that came through.
    private(set) var edits: [String: String?] = [:]
    private(set) var ackCount = 0

    init(_ chronicle: Chronicle) { self.chronicle = chronicle }

    static func key(_ channel: String, _ number: Int64) -> String { "\(channel)/\(number)" }

    func fault(_ text: String) { faults.append(text) }

    func says(_ frame: [UInt8]) -> Link.Said {
        saidCount += 1
        return Link.Said(order: saidCount, frame: frame)
    }

    /// A client is told what is at a place of a channel's log, or of a run of them.
    func tells(_ event: JSONElement, to user: Int) {
        guard let channel = event["channel"]?.string, channel != "@me", let seq = event["seq"]?.integer else { return }
        let last = event["to_seq"]?.integer ?? seq, isVoid = event["type"]?.isString("void") == true
        guard last >= seq else { return fault("\(channel) is told from \(seq) to \(last)") }
        if let found = chronicle.fault(telling: user, channel, seq...last, isVoid: isVoid) { fault(found) }
    }

    func asks(_ wish: Wish) {
        if !wish.text.isEmpty { texts.insert(wish.text) }
        if wish.type == "message.edit" { edits[Self.key(wish.channel, wish.number)] = .some(nil) }
        guard !wish.name.isEmpty else { return }
        wishes[
            wish.name, default: Wished(channel: wish.channel, above: highest[wish.channel] ?? 0)
        ].timesAsked += 1
    }

    /// A send or a forward was answered.
    func acknowledge(_ wish: Wish, at place: Place, isDuplicate: Bool) {
        ackCount += 1
        if let found = chronicle.fault(acknowledging: wish.name, as: place) { fault(found) }
        if let first = places[wish.name], first != place {
            fault("\(wish.name) was \(first) and came back as \(place)")
        }
        if places[wish.name] != nil, !isDuplicate { fault("\(wish.name) is new twice") }
        if let other = names[wish.channel]?[place.number], other != wish.name {
            fault("\(wish.channel) \(place.number) is \(other), and then \(wish.name)")
        }
        if let wished = wishes[wish.name], place.number <= wished.above {
            fault("\(wish.name) is \(place.number), asked for when there was \(wished.above)")
        }
        places[wish.name] = place
        names[wish.channel, default: [:]][place.number] = wish.name
        highest[wish.channel] = max(highest[wish.channel] ?? 0, place.number)
    }

    func acknowledgeEdit(_ wish: Wish, isLast: Bool) {
        ackCount += 1
        if isLast { edits[Self.key(wish.channel, wish.number)] = .some(wish.text) }
    }

    func acknowledgeDeletion(_ wish: Wish) {
        ackCount += 1
        deleted.insert(Self.key(wish.channel, wish.number))
    }

    /// For good. Who asked only once, and was told no, must not find it done.
    func refuse(_ wish: Wish) {
        if wishes[wish.name]?.timesAsked == 1 { refused.insert(wish.name) }
    }

    // MARK: Against the log as it is at the end

    /// - Parameter log: of a channel, every place as somebody sees it who sees everything.
    func audit(_ channel: String, _ log: [String?]) {
        var last: Int64 = 0
        var seen: Set<String> = []
        for (index, frame) in log.enumerated() {
            guard let frame, let event = try? JSONDocument(parsing: Array(frame.utf8)).root, let data = event["data"]
            else { continue }
            guard event["type"]?.isString("message.created") == true else { continue }
            guard let number = data["message_number"]?.integer, let name = data["client_msg_id"]?.string else {
                fault("\(channel): \(frame)")
                continue
            }
            if number != last + 1 { fault("\(channel) goes from message \(last) to \(number)") }
            last = number
            if !seen.insert(name).inserted { fault("\(name) is there twice") }
            if wishes[name]?.channel != channel { fault("nobody asked for \(name) in \(channel)") }
            if refused.contains(name) { fault("\(name) was refused and is there") }
            let place = Place(number: number, seq: Int64(index) + 1)
            if let told = places[name], told != place { fault("\(name) was \(told) and is \(place)") }
            places[name] = places[name] ?? place
            let key = Self.key(channel, number), isGone = data["deleted_at"].map { !$0.isNull } ?? false
            if deleted.contains(key), !isGone { fault("\(key) was deleted and is there") }
            guard !isGone, let text = data["text"]?.string else { continue }
            if !texts.contains(text) { fault("nobody said \(text)") }
            if case let edited?? = edits[key], edited != text { fault("\(key) was made \(edited) and is \(text)") }
        }
        for (name, place) in places where wishes[name]?.channel == channel && !seen.contains(name) {
            fault("\(name) was acknowledged as \(place) and is not there")
        }
    }
}
