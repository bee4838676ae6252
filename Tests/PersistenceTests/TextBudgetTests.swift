import Base
import TestSupport
import Testing

@testable import Auth
@testable import Persistence

@Suite("The budget of text messages on disk") struct TextBudgetTests {
    @Test func `outlives the process, each beginning of numbers by itself`() async throws {
        let house = try House()
        for _ in 0..<2 { #expect(try await house.storage.textBudget.take("+49170", within: 2)) }
        #expect(try await !house.storage.textBudget.take("+49179", within: 2))
        house.close()
        let after = try House(in: house.directory, time: house.time)
        #expect(try await !after.storage.textBudget.take("+49170", within: 2), "a restart begins no new day")
        #expect(try await after.storage.textBudget.take("+44170", within: 2))
        after.time.pass(milliseconds: 86_400_000)
        #expect(try await after.storage.textBudget.take("+49170", within: 2))
    }

    /// What is counted for each number, each client's address and all together stands with the codes themselves.
    @Test func `is not all that a restart leaves as it was`() async throws {
        var limits = Limits()
        limits.proofsPerAddressHourMax = 2
        limits.textsPerDayMax = 3
        let house = try House(limits: limits)
        let rate = ProofRate(limits, .phoneCode)
        func ask(_ number: String, from address: String, in house: House) async throws -> Bool {
            let new = NewProof(.phoneCode, user: nil, target: number, hash: [1])
            return try await house.storage.proofs.ask(new, rate: rate, by: Cause(address: address)) == .kept
        }
        #expect(try await ask("+491", from: "192.0.2.1", in: house))
        #expect(try await ask("+492", from: "192.0.2.1", in: house))
        house.close()
        let after = try House(in: house.directory, limits: limits, time: house.time)
        #expect(try await !ask("+491", from: "192.0.2.2", in: after), "the same number")
        #expect(try await !ask("+493", from: "192.0.2.1", in: after), "the same address")
        #expect(try await ask("+493", from: "192.0.2.2", in: after))
        #expect(try await !ask("+494", from: "192.0.2.3", in: after), "the day's last has gone")
    }
}
