import Base
import Reactor
import Testing

@Suite("Mailbox") struct MailboxTests {
    private struct Letter: Sendable, Equatable {
        var sender: Int
        var number: Int
    }

    /// Takes letters out until there are `count`, or until nothing has come for ten seconds.
    private func collect(_ count: Int, from mailbox: Mailbox<Letter>) -> [Letter] {
        var all: [Letter] = [], taken: [Letter] = []
        while all.count < count, mailbox.wait(milliseconds: 10_000) {
            mailbox.drain(into: &taken)
            all += taken
        }
        return all
    }

    @Test func `delivers every letter once and in the order of its sender, from eight threads`() throws {
        let senders = 8, lettersEach = 5_000
        let mailbox = try Mailbox<Letter>()
        for sender in 0..<senders {
            _ = Thread(named: "sender-\(sender)") {
                for number in 0..<lettersEach { mailbox.post(Letter(sender: sender, number: number)) }
            }
        }
        let all = collect(senders * lettersEach, from: mailbox)
        for sender in 0..<senders {
            #expect(all.filter { $0.sender == sender }.map(\.number) == Array(0..<lettersEach))
        }
        var more: [Letter] = []
        mailbox.drain(into: &more)
        #expect(more.isEmpty)
    }

    @Test func `wakes an owner who waits already`() throws {
        let mailbox = try Mailbox<Letter>(), answers = try Mailbox<Letter>()
        _ = Thread(named: "owner") {
            var taken: [Letter] = []
            guard mailbox.wait(milliseconds: 10_000) else { return }
            mailbox.drain(into: &taken)
            for letter in taken { answers.post(letter) }
        }
        mailbox.post(Letter(sender: 1, number: 7))
        #expect(collect(1, from: answers) == [Letter(sender: 1, number: 7)])
    }

    @Test func `refuses an offer when it is full, and takes one again when it was emptied`() throws {
        let mailbox = try Mailbox<Int>(capacity: 3)
        #expect((0..<5).map { mailbox.offer($0) } == [true, true, true, false, false])
        var taken: [Int] = []
        mailbox.drain(into: &taken)
        #expect(taken == [0, 1, 2])
        #expect(mailbox.offer(9))
        mailbox.drain(into: &taken)
        #expect(taken == [9])
    }

    @Test func `takes what is posted also when it is full`() throws {
        let mailbox = try Mailbox<Int>(capacity: 1)
        for number in 0..<3 { mailbox.post(number) }
        #expect(!mailbox.offer(3))
        var taken: [Int] = []
        mailbox.drain(into: &taken)
        #expect(taken == [0, 1, 2])
    }

    @Test func `is quiet when it is empty`() throws {
        let mailbox = try Mailbox<Int>()
        #expect(!mailbox.wait(milliseconds: 0))
        mailbox.post(1)
        #expect(mailbox.wait(milliseconds: 0))
        var taken = [5, 6]
        mailbox.drain(into: &taken)
        #expect(taken == [1])
        mailbox.drain(into: &taken)
        #expect(taken.isEmpty)
        #expect(!mailbox.wait(milliseconds: 0))
    }
}
