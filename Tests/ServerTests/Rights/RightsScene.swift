import TestClient
import TestSupport

/// Who asks.
enum Actor: String, CaseIterable {
    case anonymous
    /// Has an account and nothing to do with the channel.
    case stranger
    /// Was a member, and has been removed.
    case former
    case member
    case owner
    /// Keeps order on the server, and is no member.
    case moderator
    case admin
}

/// People with every relation to a channel that there is, and a new channel for each question: the last answer may have
/// changed the last one.
final class RightsScene {
    let server: RunningServer
    private let people: [Actor: Person]
    private let bystander: Person
    private let deletedChannel: String
    private var freshCount = 0

    init(_ settings: [String: String] = [:]) throws {
        server = try RunningServer(["CONFAB_RATE_LIMITS": "off"].merging(settings) { $1 })
        var people: [Actor: Person] = [:]
        for actor in [Actor.stranger, .former, .member, .owner] {
            people[actor] = try Person("p-\(actor.rawValue)", on: server)
        }
        for actor in [Actor.moderator, .admin] { people[actor] = try Person.staff(actor.rawValue, on: server) }
        self.people = people
        bystander = try Person("p-bystander", on: server)
        let owner = try Self.found(people[.owner])
        let made = try owner.call("POST", "/channels", #"{"name":"gone","members":["\#(bystander.id)"]}"#).json()
        deletedChannel = try Self.found(made["channel"])
        guard try owner.call("DELETE", "/channels/\(deletedChannel)").status == 204 else { throw Missing() }
    }

    struct Missing: Error {}

    static func found<Value>(_ value: Value?) throws -> Value {
        guard let value else { throw Missing() }
        return value
    }

    func token(of actor: Actor) -> String? { people[actor]?.token }

    /// Of another login, which may be ended by what is asked.
    func freshToken(of actor: Actor) throws -> String? { try people[actor]?.loggedInAgain().token }

    /// What stands in a path for each of its gaps.
    struct Things {
        var channel: String
        /// By who wrote it.
        var numbers: [Actor: String]
        var deletedNumber: String
        var invite: String
        var inviteToken: String
        /// Of the owner: one that was sent into the channel, and one that was not.
        var file: String
        var unsentFile: String
    }

    /// The course of a question, made when one asks about it.
    private lazy var school = RightsSchool(
        server: server, teacher: people[.owner], student: people[.member], former: people[.former],
        admin: people[.admin])

    func makeThings() throws -> Things {
        school.forget()
        let owner = try person(.owner), member = try person(.member), former = try person(.former)
        let members = [member, former, bystander].map { #""\#($0.id)""# }.joined(separator: ",")
        let made = try owner.call("POST", "/channels", #"{"name":"Room","members":[\#(members)]}"#).json()
        let path = "/channels/\(try Self.found(made["channel"]))"
        var numbers: [Actor: String] = [:]
        for (actor, person) in [(Actor.owner, owner), (.member, member), (.former, former)] {
            numbers[actor] = try said(path, by: person)
        }
        let files = (try owner.upload([1]), try owner.upload([2]))
        let sending = #"{"type":"file","attachments":[{"file_id":"\#(files.0)"}]}"#
        guard try owner.call("POST", "\(path)/messages", sending).status == 201 else { throw Missing() }
        let deleted = try said(path, by: member)
        _ = try member.call("DELETE", "\(path)/messages/\(deleted)")
        _ = try owner.call("DELETE", "\(path)/members/\(former.id)")
        let invite = try owner.call("POST", "\(path)/invites", "{}").json()
        return Things(
            channel: try Self.found(made["channel"]), numbers: numbers, deletedNumber: deleted,
            invite: try Self.found(invite["id"]), inviteToken: try Self.found(invite["token"]),
            file: files.0, unsentFile: files.1)
    }

    private func person(_ actor: Actor) throws -> Person { try Self.found(people[actor]) }

    private func said(_ path: String, by person: Person) throws -> String {
        try Self.found(try person.call("POST", "\(path)/messages", #"{"text":"hello"}"#).json()["message_number"])
    }

    /// The path of a template whose gaps are filled by `words`, such as `n` with `own`.
    func path(_ template: String, _ words: [String: String], for actor: Actor, among things: Things) throws -> String {
        try template.split(separator: "/", omittingEmptySubsequences: false).map { segment in
            guard segment.hasPrefix("{") else { return String(segment) }
            let name = String(segment.dropFirst().dropLast())
            return try value(of: name, words[name] ?? "", for: actor, things)
        }.joined(separator: "/")
    }

    private func value(of name: String, _ word: String, for actor: Actor, _ things: Things) throws -> String {
        if let part = try school.value(of: name, word) { return part }
        return switch (name, word) {
        case ("cid", "missing"), ("n", "missing"), ("iid", "missing"): "999999"
        case ("cid", "deleted"): deletedChannel
        case ("cid", _): things.channel
        case ("n", "own"): try Self.found(things.numbers[actor] ?? things.numbers[.owner])
        case ("n", "deleted"): things.deletedNumber
        case ("n", _): try Self.found(things.numbers[actor == .owner ? .member : .owner])
        case ("iid", _): things.invite
        case ("fid", "missing"): "AAAAAAAAAAAAAAAAAAAAAAAA"
        case ("fid", "unsent"): things.unsentFile
        case ("fid", _): things.file
        case ("token", "missing"): "none"
        case ("token", _): things.inviteToken
        case ("sid", _): "0123456789abcdef0123456789abcdef"
        case ("device_id", "missing"): "none"
        case ("device_id", _): "phone"
        case ("name", "new"): "role\(try fresh().name)"
        case ("name", "missing"): "none"
        case ("name", let role): role
        case ("emoji", _): "%F0%9F%91%8D"
        case ("uid", "missing"), ("id", "missing"), ("user_id", "missing"): "999999"
        case ("uid", "self"), ("id", "self"), ("user_id", "self"): people[actor]?.id ?? bystander.id
        case ("id", "fresh"), ("uid", "fresh"): try fresh().id
        case ("uid", _), ("id", _), ("user_id", _): bystander.id
        default: throw Unknown(name: name, word: word)
        }
    }

    struct Unknown: Error {
        var name: String
        var word: String
    }

    private func fresh() throws -> Person {
        freshCount += 1
        return try Person("fresh\(freshCount)", on: server)
    }

    /// Gaps of a body, written as `<name.word>`.
    func filled(_ body: String, for actor: Actor, among things: Things) throws -> String {
        var filled = ""
        var rest = body[...]
        while let start = rest.firstIndex(of: "<"), let end = rest[start...].firstIndex(of: ">") {
            filled += rest[..<start]
            let parts = rest[rest.index(after: start)..<end].split(separator: ".", maxSplits: 1).map(String.init)
            filled += try value(of: parts[0], parts.count > 1 ? parts[1] : "", for: actor, things)
            rest = rest[rest.index(after: end)...]
        }
        return filled + rest
    }
}
