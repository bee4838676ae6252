import Base
import Testing

@Suite("TokenBucket") struct TokenBucketTests {
    @Test func `gives its capacity at once and then no more`() {
        var bucket = TokenBucket(capacity: 30, windowMilliseconds: 10_000, at: 0)
        for _ in 1...30 { #expect(bucket.take(capacity: 30, windowMilliseconds: 10_000, at: 0) == nil) }
        #expect(bucket.take(capacity: 30, windowMilliseconds: 10_000, at: 0) == 334)
    }

    @Test(arguments: [(30, 10_000), (1, 10_000), (7, 1_000), (3, 1_000), (1_000, 1_000), (2_000, 1_000)])
    func `has a token when the wait that it told is over, and none before`(capacity: Int, window: Int) throws {
        var bucket = TokenBucket(capacity: capacity, windowMilliseconds: window, at: 0)
        var now: Int64 = 0
        for _ in 0..<capacity { _ = bucket.take(capacity: capacity, windowMilliseconds: window, at: now) }
        for _ in 1...200 {
            guard let wait = bucket.take(capacity: capacity, windowMilliseconds: window, at: now) else { continue }
            #expect(wait >= 1)
            if wait > 1 {
                var early = bucket
                #expect(
                    early.take(capacity: capacity, windowMilliseconds: window, at: now + Int64(wait) - 1) != nil)
            }
            now += Int64(wait)
            #expect(bucket.take(capacity: capacity, windowMilliseconds: window, at: now) == nil)
        }
    }

    @Test(arguments: [(30, 10_000), (1, 10_000), (7, 1_000)])
    func `gives over a long time what it promises, however often it is asked`(capacity: Int, window: Int) {
        var bucket = TokenBucket(capacity: capacity, windowMilliseconds: window, at: 0)
        var given = 0
        for now in 0..<Int64(window * 10) {
            if bucket.take(capacity: capacity, windowMilliseconds: window, at: now) == nil { given += 1 }
        }
        // The first capacity at once, and ten windows of refill, of which the last token may be a moment away.
        #expect((capacity * 11 - 1...capacity * 11).contains(given))
    }

    @Test func `never holds more than its capacity, also when the clock jumps ahead`() {
        var bucket = TokenBucket(capacity: 2, windowMilliseconds: 1_000, at: 0)
        let late = Int64.max / 2
        #expect(bucket.take(capacity: 2, windowMilliseconds: 1_000, at: late) == nil)
        #expect(bucket.take(capacity: 2, windowMilliseconds: 1_000, at: late) == nil)
        #expect(bucket.take(capacity: 2, windowMilliseconds: 1_000, at: late) != nil)
    }

    @Test func `gains nothing from a clock that goes back, and goes on from there`() {
        var bucket = TokenBucket(capacity: 1, windowMilliseconds: 1_000, at: 1_000_000)
        #expect(bucket.take(capacity: 1, windowMilliseconds: 1_000, at: 1_000_000) == nil)
        #expect(bucket.take(capacity: 1, windowMilliseconds: 1_000, at: 0) != nil)
        #expect(bucket.take(capacity: 1, windowMilliseconds: 1_000, at: 999) != nil)
        #expect(bucket.take(capacity: 1, windowMilliseconds: 1_000, at: 1_000) == nil)
    }
}
