import Base
import Channels
import TestSupport
import Testing

@testable import Persistence

/// Random histories, searched by everybody and by a slow reader that keeps all in memory.
@Suite("Searching random logs") struct SearchSightTests {
    private struct Mismatch: Error {}

    private static let asked = ["t1", "t*", "hello", "\"hello ann\"", "hello t1", "#tag", "t0 #tag", "nothing"]

    @Test(arguments: (0..<6).map { UInt64($0 * 4 + 1) })
    func `finds all that one may see, and nothing else`(firstSeed: UInt64) throws {
        for seed in firstSeed..<firstSeed + 4 {
            var scene = try Scene()
            guard let store = try Shelf(.memory).store as? MemoryChannelStore else { throw Mismatch() }
            var memory = Ledger(store: store, limits: House.limits)
            let users = [Shelf.ann, Shelf.bob, Shelf.cat]
            var commands = RandomCommands(seed: seed, users: users), random = RandomSource(seed: seed)
            let told = Guarded<[SearchPass.Stale]>([])
            let time = ManualTime(), file = TemporaryDirectory()
            var pass = try SearchPass(path: file.file("search.db"), epoch: "e", archive: scene.reader) { stale in
                told.withLock { $0 += stale }
            }
            for round in 1...30 {
                try scene.ledger.store.begin()
                try memory.store.begin()
                for _ in 0..<Int.random(in: 1...12, using: &random) {
                    let proposal = commands.next()
                    scene.now.milliseconds += 200
                    _ = try scene.ledger.decide(proposal, at: scene.now)
                    _ = try memory.decide(proposal, at: scene.now)
                }
                try scene.ledger.store.commit()
                try memory.store.commit()
                if Int.random(in: 0..<3, using: &random) == 0 { try scene.index() }
                if Int.random(in: 0..<8, using: &random) == 0 {
                    try scene.index()
                    try scene.purge()
                    try memory.store.begin()
                    while try memory.purge(at: scene.now) {}
                    try memory.store.commit()
                }
                // The index may be behind by what was said since; what was taken away since is never found.
                if Int.random(in: 0..<5, using: &random) > 0 {
                    time.pass(milliseconds: 10_000)
                    while try pass.step(at: time.source) {}
                    try compare(
                        scene, memory.store.committed, file, users, isWhole: true, "seed \(seed), round \(round)")
                } else {
                    try compare(
                        scene, memory.store.committed, file, users, isWhole: false, "seed \(seed), round \(round)")
                }
            }
        }
    }

    private func compare(
        _ scene: Scene, _ content: MemoryChannelStore.Content, _ file: TemporaryDirectory, _ users: [UserID],
        isWhole: Bool, _ note: Comment
    ) throws {
        let slow = SlowReader(content: content)
        let channels =
            (1...4).map(ChannelState.group)
            + users.flatMap { one in
                users.filter { $0 > one }.map { ChannelState.direct(one, $0) }
            }
        let look = SearchLook(archive: scene.reader, index: try SearchIndexReader(path: file.file("search.db")))
        for user in users {
            let views = channels.flatMap { slow.views(of: $0, for: user) ?? [] }.map(\.message).filter { !$0.isDeleted }
            for text in Self.asked {
                let query = try SearchQuery(text, within: Limits())
                let wanted = Set(views.filter { Self.has($0, text) }.map { "\($0.channel) \($0.number)" })
                let found = try all(query, user, look)
                #expect(Set(found).count == found.count, "\(note), \(text)")
                if isWhole {
                    #expect(Set(found) == wanted, "\(note), user \(user), \(text)")
                } else {
                    #expect(Set(found).isSubset(of: wanted), "\(note), user \(user), \(text)")
                }
            }
            let tags = try look.tags(beginning: Array("ta".utf8), for: user, after: nil, limit: 10).hits
            let isTagged = views.contains { $0.details.tags == ["tag"] }
            #expect(isWhole ? tags == (isTagged ? ["tag"] : []) : isTagged || tags.isEmpty, note)
        }
    }

    /// Page by page.
    private func all(_ query: SearchQuery, _ user: UserID, _ look: SearchLook) throws -> [String] {
        var found: [String] = [], before = Int64.max
        while true {
            let page = try look.messages(
                query, words: query.phrases.map { SearchDocument.phrase($0) }, for: user,
                SearchLook.Bounds(before: before, limit: 3, scanMax: 7)
            ) { message throws(StoreFailure) in
                SearchMatch.ranges(of: query.phrases, in: message.text) == nil
                    ? [] : ["\(message.channel) \(message.number)"]
            }
            found += page.hits
            guard let rest = page.rest else { return found }
            before = rest
        }
    }

    /// What the texts of these histories look like is known: so this needs no search.
    private static func has(_ message: Message, _ asked: String) -> Bool {
        let text = String(decoding: message.text, as: UTF8.self), isTagged = message.details.tags == ["tag"]
        return switch asked {
        case "t1": text == "t1"
        case "t*": text.hasPrefix("t")
        case "hello": text.hasPrefix("hello")
        case "\"hello ann\"": text == "hello @ann"
        case "#tag": isTagged
        case "t0 #tag": text == "t0" && isTagged
        default: false
        }
    }
}
