import Base
import Channels
import TestSupport
import Testing

@testable import Persistence

@Suite("Thread pages") struct ThreadPageTests {
    private let ann = Shelf.ann, bob = Shelf.bob

    @Test(arguments: [1, 2, 3, 100]) func `lead through all that one may see, whatever is hidden`(limit: Int) throws {
        var scene = try Scene()
        let channel = try scene.group([bob])
        func delete(_ range: ClosedRange<Int64>, _ scope: DeleteMessages.Scope) -> Command {
            .deleteMessages(DeleteMessages(channel: channel, ranges: [range], scope: scope))
        }
        try scene.say("root", in: channel)
        for number in 2...9 { try scene.say("re", in: channel, answering: Int64(number / 2)) }
        try scene.say("other", in: channel)
        try scene.ask((bob, delete(2...6, .me)), (ann, delete(8...8, .all)))
        func pages(_ user: UserID, of number: Int64) throws -> [Int64] {
            var numbers: [Int64] = [], hasMore = true
            while hasMore {
                let page = try #require(
                    try scene.reader.thread(
                        of: number, in: channel, for: user, after: numbers.last ?? 0, limit: limit, bytesMax: .max))
                #expect(page.messages.count <= limit)
                #expect(!page.hasMore || !page.messages.isEmpty)
                numbers += page.messages.map(\.message.number)
                hasMore = page.hasMore
            }
            return numbers
        }
        for _ in 1...2 {
            #expect(try pages(ann, of: 5) == [1, 2, 3, 4, 5, 6, 7, 9])
            #expect(try pages(bob, of: 1) == [1, 7, 9])
            #expect(try pages(bob, of: 9) == [1, 7, 9])
            #expect(try pages(bob, of: 10) == [10])
            #expect(try scene.reader.thread(of: 3, in: channel, for: bob, after: 0, limit: 9, bytesMax: .max) == nil)
            #expect(try scene.reader.message(1, of: channel, for: ann)?.thread == .init(replyCount: 7, lastReply: 9))
            #expect(try scene.reader.message(1, of: channel, for: bob)?.thread == .init(replyCount: 2, lastReply: 9))
            try scene.index()
        }
    }
}
