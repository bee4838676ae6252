import Base
import Channels
import TestSupport
import Testing

@testable import Persistence

@Suite("What a reader shows") struct SightTests {
    private let ann = Shelf.ann, bob = Shelf.bob, cat = Shelf.cat

    private func delete(
        _ range: ClosedRange<Int64>, _ scope: DeleteMessages.Scope, in channel: ChannelID
    ) -> Command {
        .deleteMessages(DeleteMessages(channel: channel, ranges: [range], scope: scope))
    }

    private func edit(_ number: Int64, to text: String, in channel: ChannelID) -> Command {
        .editMessage(EditMessage(channel: channel, number: number, text: Array(text.utf8)))
    }

    private func react(_ number: Int64, _ emoji: String, in channel: ChannelID) -> Command {
        .react(React(channel: channel, number: number, emoji: emoji, isAdded: true))
    }

    @Test(arguments: [false, true]) func `is what was hidden from nobody else`(isIndexed: Bool) throws {
        var scene = try Scene()
        let channel = try scene.group([bob])
        for number in 1...4 { try scene.say("\(number)", in: channel) }
        try scene.ask((cat, react(2, "x", in: channel)), (ann, react(2, "x", in: channel)))
        try scene.ask((ann, edit(3, to: "three", in: channel)))
        try scene.ask((bob, delete(2...3, .me, in: channel)))
        if isIndexed { try scene.index() }
        #expect(try scene.history(of: channel, for: bob) == ["1 1", "4 4"])
        #expect(try scene.history(of: channel, for: ann) == ["1 1", "2 2", "3 three", "4 4"])
        #expect(
            try scene.outline(of: channel, for: bob) == [
                "1 channelCreated", "2 created 1", "3-4 void", "5 created 4", "6-7 void",
            ])
        #expect(
            try scene.outline(of: channel, for: ann)?.suffix(3) == ["5 created 4", "6 reactionAdded", "7 updated 3"])
        #expect(try scene.reader.message(2, of: channel, for: bob) == nil)
        #expect(try scene.reader.message(2, of: channel, for: ann)?.reactions.map(\.emoji) == ["x"])
        #expect(try scene.outline(of: .personal(bob), for: bob) == ["1 channelAdded", "2 messageHidden"])
    }

    @Test(arguments: [false, true]) func `is of what was deleted that it was there`(isIndexed: Bool) throws {
        var scene = try Scene()
        let channel = try scene.group([bob])
        for number in 1...3 { try scene.say("\(number)", in: channel) }
        try scene.ask((ann, edit(2, to: "two", in: channel)), (bob, react(2, "x", in: channel)))
        try scene.ask((ann, .pinMessage(PinMessage(channel: channel, number: 2, isPinned: true))))
        if isIndexed { try scene.index() }
        try scene.ask((ann, delete(2...2, .all, in: channel)))
        #expect(try scene.history(of: channel, for: bob) == ["1 1", "2 ", "3 3"])
        let left = try #require(try scene.reader.message(2, of: channel, for: bob))
        #expect(left.message.isDeleted && left.message.sender == ann && left.reactions.isEmpty && left.pinnedAt == nil)
        #expect(
            try scene.outline(of: channel, for: bob, after: 2) == [
                "3 created 2", "4 created 3", "5-7 void", "8 messageDeleted",
            ])
        #expect(try scene.reader.pinned(in: channel, for: bob)?.isEmpty == true)
    }

    @Test func `is an edited text at once, also of a message that waits to be indexed`() throws {
        var scene = try Scene()
        let channel = try scene.group([bob])
        try scene.say("first", in: channel)
        try scene.ask((ann, edit(1, to: "second", in: channel)))
        #expect(try scene.history(of: channel, for: bob) == ["1 second"])
        // Written and changed in one transaction.
        try scene.ask((ann, scene.saying("third", in: channel)), (ann, edit(2, to: "fourth", in: channel)))
        try scene.ask((ann, scene.saying("fifth", in: channel)), (ann, delete(3...3, .all, in: channel)))
        for _ in 1...2 {
            #expect(try scene.history(of: channel, for: bob) == ["1 second", "2 fourth", "3 "])
            for event in try #require(try scene.events(of: channel, for: bob)) {
                guard case .messageCreated(let message) = event.fact else { continue }
                #expect(message.text == Array(["second", "fourth", ""][Int(message.number) - 1].utf8))
            }
            try scene.index()
        }
    }

    @Test func `begins with joining where the channel says so`() throws {
        var scene = try Scene()
        let channel = try scene.group([bob]) { $0.history = .joined }
        for number in 1...3 { try scene.say("\(number)", in: channel) }
        try scene.ask((ann, .addMember(AddMember(channel: channel, user: cat))))
        try scene.say("4", in: channel)
        try scene.ask((ann, react(2, "x", in: channel)), (ann, edit(4, to: "four", in: channel)))
        for _ in 1...2 {
            #expect(try scene.history(of: channel, for: cat) == ["4 four"])
            #expect(
                try scene.outline(of: channel, for: cat) == [
                    "1-4 void", "5 memberJoined", "6 created 4", "7-7 void", "8 updated 4",
                ])
            #expect(try scene.reader.message(3, of: channel, for: cat) == nil)
            #expect(try scene.history(of: channel, for: bob)?.count == 4)
            try scene.index()
        }
    }

    @Test func `is nothing to who was taken out, and to who never was in`() throws {
        var scene = try Scene()
        let channel = try scene.group([bob])
        try scene.say("1", in: channel)
        try scene.ask((ann, .removeMember(RemoveMember(channel: channel, user: bob))))
        for user in [bob, cat] {
            #expect(try scene.events(of: channel, for: user) == nil)
            #expect(try scene.history(of: channel, for: user) == nil)
            #expect(try scene.reader.message(1, of: channel, for: user) == nil)
            #expect(try scene.reader.pinned(in: channel, for: user) == nil)
            #expect(
                try scene.reader.thread(of: 1, in: channel, for: user, after: 0, limit: 9, bytesMax: .max) == nil)
        }
        #expect(try scene.outline(of: .personal(bob), for: bob) == ["1-1 void", "2 channelRemoved"])
        try scene.ask((ann, .addMember(AddMember(channel: channel, user: bob))))
        #expect(
            try scene.outline(of: .personal(bob), for: bob) == ["1 channelAdded", "2 channelRemoved", "3 channelAdded"])
        try scene.ask((ann, .deleteChannel(channel)))
        #expect(try scene.events(of: channel, for: ann) == nil)
        #expect(try scene.outline(of: .personal(ann), for: ann) == ["1-1 void", "2 channelRemoved"])
    }

    @Test func `is one void where the log was taken away`() throws {
        var scene = try Scene()
        let channel = try scene.group([bob])
        for number in 1...6 { try scene.say("\(number)", in: channel) }
        scene.now.milliseconds += 65_000
        var update = UpdateChannel(channel: channel)
        update.retentionSeconds = .set(60)
        try scene.ask(
            (ann, react(2, "x", in: channel)), (ann, edit(6, to: "six", in: channel)), (ann, .updateChannel(update)))
        try scene.say("7", in: channel)
        try scene.purge()
        #expect(try scene.history(of: channel, for: bob)?.count == 7, "what is not indexed stays")
        try scene.index()
        scene.now.milliseconds += Int64(House.limits.purgeSeconds) * 1_000
        try scene.purge()
        #expect(try scene.history(of: channel, for: bob) == ["7 7"])
        #expect(
            try scene.outline(of: channel, for: bob) == ["1-9 void", "10 channelUpdated", "11 created 7"])
        for after in Int64(0)...11 {
            let outline = try #require(try scene.outline(of: channel, for: bob, after: after))
            #expect(outline.first?.hasPrefix("\(after + 1)") ?? (after == 11))
        }
        #expect(try scene.reader.message(6, of: channel, for: bob) == nil)
    }

    @Test func `are reactions as they came, and which of them are one's own`() throws {
        var scene = try Scene()
        let channel = try scene.group([bob, cat])
        for number in 1...3 { try scene.say("\(number)", in: channel) }
        try scene.ask((bob, react(2, "b", in: channel)), (ann, react(2, "a", in: channel)))
        try scene.ask((cat, react(2, "b", in: channel)), (cat, react(3, "a", in: channel)))
        let found = try #require(try scene.reader.message(2, of: channel, for: cat))
        #expect(
            found.reactions == [.init(emoji: "b", count: 2, isMine: true), .init(emoji: "a", count: 1, isMine: false)])
        try scene.ask((ann, .pinMessage(PinMessage(channel: channel, number: 3, isPinned: true))))
        let pinnedAt = scene.now
        try scene.ask((ann, .pinMessage(PinMessage(channel: channel, number: 1, isPinned: true))))
        let pinned = try #require(try scene.reader.pinned(in: channel, for: bob))
        #expect(pinned.map(\.message.number) == [1, 3])
        #expect(pinned[1].pinnedAt == pinnedAt)
        #expect(pinned[1].reactions.map(\.isMine) == [false])
        try scene.ask((bob, delete(3...3, .me, in: channel)))
        #expect(try scene.reader.pinned(in: channel, for: bob)?.map(\.message.number) == [1])
    }

    @Test func `are public channels that can be joined, a page at a time`() throws {
        var scene = try Scene(), open: [ChannelID] = []
        for index in 1...6 {
            let channel = try scene.group(index % 2 == 0 ? [bob] : []) { profile in
                profile.visibility = index == 3 ? .private : .public
            }
            if index != 3 { open.append(channel) }
        }
        try scene.ask((ann, .updateChannel(UpdateChannel(channel: open[0], isArchived: .set(true)))))
        try scene.ask((ann, .deleteChannel(open[1])))
        let all = try scene.reader.publicChannels(for: Shelf.cat, after: 0, limit: 10)
        #expect(all.map(\.channel) == Array(open[2...]))
        #expect(all.map(\.membersCount) == [2, 1, 2])
        #expect(
            try scene.reader.publicChannels(for: Shelf.cat, after: open[2].rawValue, limit: 1).map(\.channel) == [
                open[3]
            ])
    }
}
