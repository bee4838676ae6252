import Base
import Testing

@testable import WSServer

@Suite("Connection counts") struct ConnectionCountsTests {
    private let ann = IPAddress(v4: 1), bob = IPAddress(v4: 2)
    private let limits: Limits = {
        var limits = Limits()
        limits.connectionsMax = 6
        limits.connectionsPerAddressMax = 4
        limits.unidentifiedMax = 4
        limits.unidentifiedPerAddressMax = 3
        return limits
    }()

    /// How many of so many tries to come in succeed.
    private func entries(_ tries: Int, of site: IPAddress?, into counts: inout ConnectionCounts) -> Int {
        (0..<tries).count { _ in counts.enter(site, limits) }
    }

    @Test func `one address has its bound, and leaves the others theirs`() {
        var counts = ConnectionCounts()
        #expect(entries(5, of: ann, into: &counts) == 3)
        #expect(entries(5, of: bob, into: &counts) == 1)
        #expect(counts.all == 4)
    }

    @Test func `who has said who it is makes room for others`() {
        var counts = ConnectionCounts()
        #expect(entries(4, of: ann, into: &counts) == 3)
        counts.identify(ann)
        #expect(entries(2, of: ann, into: &counts) == 1)
        counts.identify(ann)
        // Four from there, whoever they are.
        #expect(entries(1, of: ann, into: &counts) == 0)
    }

    @Test func `all strangers together have a bound, and all connections`() {
        var counts = ConnectionCounts()
        #expect(entries(9, of: nil, into: &counts) == 4)
        for _ in 0..<2 { counts.identify(nil) }
        #expect(entries(9, of: bob, into: &counts) == 2)
        for _ in 0..<2 { counts.identify(bob) }
        #expect(entries(1, of: ann, into: &counts) == 0)
        counts.leave(nil, wasIdentified: true)
        #expect(entries(2, of: ann, into: &counts) == 1)
    }

    @Test func `a connection counts where its client is`() {
        var counts = ConnectionCounts()
        #expect(entries(1, of: nil, into: &counts) == 1)
        let first = counts.move(from: nil, to: ann, limits), again = counts.move(from: ann, to: ann, limits)
        #expect(first && again)
        #expect(entries(9, of: ann, into: &counts) == 2)
        #expect(entries(1, of: bob, into: &counts) == 1)
        let isMoved = counts.move(from: bob, to: ann, limits)
        #expect(!isMoved)
        counts.leave(bob, wasIdentified: false)
        counts.leave(ann, wasIdentified: false)
        #expect(entries(9, of: ann, into: &counts) == 1)
    }

    @Test func `nothing is remembered of those who have gone`() {
        var counts = ConnectionCounts()
        for number in 0..<1_000 {
            let address = IPAddress(v4: UInt32(number))
            #expect(entries(1, of: address, into: &counts) == 1)
            if number % 2 == 0 { counts.identify(address) }
            counts.leave(address, wasIdentified: number % 2 == 0)
        }
        #expect(counts.siteCount == 0)
        #expect(counts.all == 0)
        #expect(counts.unidentified == 0)
    }
}
