import Base
import Channels
import Testing

@testable import simulator

/// What the chronicle says of who was told what, without a world: who is out sees nothing, who is in sees everything.
@Suite("Memberships by the order of commits") struct ChronicleTests {
    /// Ann speaks in channel 3 or 4, bob goes, ann speaks, bob comes back, ann speaks.
    private func chronicle(of channel: String) throws -> Chronicle {
        var chronicle = Chronicle()
        let id = try #require(ChannelID(channel))
        func message(_ number: Int64, _ seq: Int64) -> Event {
            Event(
                Message(
                    channel: id, number: number, seq: seq, sender: Genesis.user(0),
                    clientMessageID: ClientMessageID("m\(number)"), text: [], createdAt: Genesis.start))
        }
        func note(_ kind: Event.Note.Kind, _ seq: Int64) -> Event {
            let data = JSONWriter.object { json in json.member("user", Genesis.user(1)) }
            return Event(channel: id, seq: seq, at: Genesis.start, fact: .note(Event.Note(kind, data: data)))
        }
        for event in [
            message(1, 1), note(.memberLeft, 2), message(2, 3), note(.memberJoined, 4), message(3, 5),
        ] { chronicle.take(event) }
        #expect(chronicle.faults == [])
        return chronicle
    }

    private func isWrong(_ channel: String, _ seq: Int64, isVoid: Bool = false, to user: Int = 2) throws -> Bool {
        try chronicle(of: channel).fault(telling: user, channel, seq...seq, isVoid: isVoid) != nil
    }

    @Test(arguments: ["3", "4"]) func `who was there all the time is told everything`(channel: String) throws {
        for seq in 1...5 as ClosedRange<Int64> { #expect(try !isWrong(channel, seq)) }
        for seq in [1, 3, 5] as [Int64] { #expect(try isWrong(channel, seq, isVoid: true)) }
        for seq in [2, 4] as [Int64] { #expect(try !isWrong(channel, seq, isVoid: true)) }
    }

    @Test func `who came back is told the past where it is shown, and nowhere else`() throws {
        #expect(try !isWrong("3", 3, to: 1))
        #expect(try isWrong("4", 3, to: 1))
        for seq in [1, 4, 5] as [Int64] {
            #expect(try !isWrong("3", seq, to: 1))
            #expect(try !isWrong("4", seq, to: 1))
        }
    }

    @Test func `who is out is told nothing that came behind the leaving`() throws {
        var chronicle = Chronicle()
        let id = try #require(ChannelID("3"))
        for (index, kind) in [Event.Note.Kind.channelCreated, .memberLeft, .channelUpdated].enumerated() {
            let data = JSONWriter.object { json in json.member("user", Genesis.user(1)) }
            chronicle.take(
                Event(
                    channel: id, seq: Int64(index) + 1, at: Genesis.start, fact: .note(Event.Note(kind, data: data))))
        }
        #expect(chronicle.fault(telling: 1, "3", 1...1, isVoid: false) == nil)
        #expect(chronicle.fault(telling: 1, "3", 2...2, isVoid: false) != nil)
        #expect(chronicle.fault(telling: 1, "3", 3...3, isVoid: false) != nil)
        #expect(chronicle.fault(telling: 2, "3", 3...3, isVoid: false) == nil)
    }

    @Test func `nothing is told before it is committed, and nothing committed goes`() throws {
        var chronicle = try chronicle(of: "3")
        #expect(chronicle.fault(telling: 0, "3", 6...6, isVoid: false) != nil)
        #expect(chronicle.fault(acknowledging: "m2", as: Book.Place(number: 2, seq: 3)) == nil)
        #expect(chronicle.fault(acknowledging: "m2", as: Book.Place(number: 3, seq: 3)) != nil)
        #expect(chronicle.fault(acknowledging: "m9", as: Book.Place(number: 4, seq: 6)) != nil)
        chronicle.compareEnd(of: "3", with: 5)
        #expect(chronicle.faults == [])
        chronicle.compareEnd(of: "3", with: 4)
        #expect(chronicle.faults.count == 1)
    }
}
