internal import Base
package import Channels
internal import Reactor

/// What the committer's thread does, a turn at a time: what has gathered is committed, and while nobody asks for
/// anything, what waits for that is done. Knows no thread: whoever takes the turns says how it is waited.
package struct CommitterTurns {
    /// Waits until there are letters, or so many milliseconds are over; true when there are some.
    package typealias Wait = (_ milliseconds: CInt) -> Bool

    /// When what is done besides the commits is done, and how much of it at once.
    package struct Pace: Sendable {
        /// How long nobody asks for anything before what waits is indexed.
        var idleMilliseconds: CInt = 500
        /// How long nobody asks for anything before channels are looked at for what is too old.
        var lookMilliseconds: CInt = 1_000
        /// Rows of the index written between two looks at the mailbox: a few milliseconds' work.
        package var sliceCount = 1_024
        /// Pages of the write-ahead log from which on it is copied back when there is time, and at once.
        package var checkpointPages = 1_000
        package var checkpointPagesMax = 16_000

        package static let usual = Pace()
    }

    private let mailbox: Mailbox<Committer.Letter>
    private let time: TimeSource
    private let pace: Pace
    private var pass: CommitPass
    private var letters: [Committer.Letter] = []

    init(_ mailbox: Mailbox<Committer.Letter>, _ pass: consuming CommitPass, time: TimeSource, pace: Pace) {
        self.mailbox = mailbox
        self.pass = pass
        self.time = time
        self.pace = pace
    }

    /// One turn; false when it was the last, because a letter said so and everything is in its place. Throws when the
    /// store is broken; then nothing was told that is not on disk.
    package mutating func take(waiting wait: Wait) throws(StoreFailure) -> Bool {
        mailbox.drain(into: &letters)
        guard !letters.isEmpty else {
            try rest(wait)
            return true
        }
        let goesOn = try pass.run(letters, at: time.now())
        letters.removeAll(keepingCapacity: true)
        _ = try pass.purge(at: time.now())
        _ = try pass.tidyPeople(at: time.now())
        try pass.scrub(at: time.now(), isIdle: false)
        if pass.logPages > pace.checkpointPagesMax { _ = try pass.checkpoint() }
        try pass.boundLog()
        _ = try pass.settleHold()
        guard !goesOn else { return true }
        try close()
        refuseAll()
        return false
    }

    /// What is done while nobody asks for anything.
    private mutating func rest(_ wait: Wait) throws(StoreFailure) {
        if try pass.settleHold() {
            _ = wait(CInt(CheckpointHold.againMilliseconds))
            return
        }
        if pass.logPages >= pace.checkpointPages, try pass.checkpoint() { return }
        if try notify(wait) { return }
        if pass.unindexedCount == 0, pass.logPages < pace.checkpointPages, !pass.isToBeScrubbed {
            // What is too old is to be found even if nobody asks for anything ever again.
            _ = wait(pace.lookMilliseconds)
        } else if !wait(pace.idleMilliseconds) {
            // Slice by slice, until somebody asks again.
            while try pass.index(atMost: pace.sliceCount), !wait(0) {}
            try pass.scrub(at: time.now(), isIdle: true)
        }
        while try pass.purge(at: time.now()), !wait(0) {}
        while try pass.tidyPeople(at: time.now()), !wait(0) {}
    }

    /// Notifies of messages when that is due, or waits for it when it is due before all else; true then.
    private mutating func notify(_ wait: Wait) throws(StoreFailure) -> Bool {
        let now = time.now()
        guard let due = pass.notifyingDue, due.milliseconds - now.milliseconds < Int64(pace.idleMilliseconds) else {
            return false
        }
        if due > now, wait(CInt(due.milliseconds - now.milliseconds)) { return true }
        guard due <= time.now() else { return false }
        while try pass.notify(at: time.now()), !wait(0) {}
        return true
    }

    private mutating func close() throws(StoreFailure) {
        pass.abandonHold()
        while try pass.index(atMost: pace.sliceCount) {}
        guard try pass.checkpoint() else {
            // On a full disk, or beside somebody who reads on: what is in the log stays nowhere else, and its mark says
            // so. To make another one, the next start might find no room.
            pass.leaveLog()
            return
        }
        try pass.endRun()
        _ = try pass.checkpoint(emptying: pass.isToBeScrubbed)
        pass.hasEnded()
    }

    /// Tells everybody who still waits that nothing more is taken on. What a turn took in that threw is among it.
    package mutating func refuseAll() {
        var waiting = letters
        mailbox.drain(into: &letters)
        waiting += letters
        letters.removeAll()
        for letter in waiting {
            switch letter {
            case .proposal(_, .caller(let continuation)): continuation.resume(returning: .failure(.overloaded))
            case .transaction(let pending): pending.refuse(.overloaded)
            case .hold(let hold): hold.settle(false)
            case .proposal, .limits, .stop: continue
            }
        }
    }
}
