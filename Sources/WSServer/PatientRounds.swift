internal import Base

/// Those who can wait for their turn, served in rounds, a part at a time: who comes during a round belongs to the next
/// one. Where others had to wait for parts of a round, a rest follows it that is as long as those were, so that telling
/// many never takes more than half of the time from who is told something alone; what gathers for each of the many
/// meanwhile leaves in one piece. Where nobody else had anything to do, round follows round. A value; time is given to
/// it.
struct PatientRounds<Member> {
    private var waiting: [Member] = []
    private var serving: [Member] = []
    private var servedCount = 0
    private var partBegan = Instant(nanoseconds: 0)
    /// Nanoseconds of this round for which others had to wait.
    private var owed: UInt64 = 0
    private var restsUntil = Instant(nanoseconds: 0)

    mutating func add(_ member: Member) { waiting.append(member) }

    /// When somebody is to be served next; `nil` while nobody waits. What is past means at once.
    var dueAt: Instant? {
        if !serving.isEmpty { return partBegan }
        return waiting.isEmpty ? nil : restsUntil
    }

    /// Those whose turn it is; none while the last round rests. `finished` is to be told when they have been served.
    mutating func next(atMost count: Int, at now: Instant) -> ArraySlice<Member> {
        if serving.isEmpty {
            guard !waiting.isEmpty, now >= restsUntil else { return [] }
            swap(&waiting, &serving)
        }
        partBegan = now
        let end = min(serving.count, servedCount + count)
        defer { servedCount = end }
        return serving[servedCount..<end]
    }

    /// Those whose turn it was have been served.
    /// - Parameters:
    ///   - delayedOthers: somebody else had something to be done for when their turn came.
    ///   - restMillisecondsMax: however long others had to wait, the rest behind a round is no longer.
    mutating func finished(at now: Instant, delayedOthers: Bool, restMillisecondsMax: Int) {
        if delayedOthers, now > partBegan { owed &+= now.nanoseconds - partBegan.nanoseconds }
        guard servedCount == serving.count else { return }
        serving.removeAll(keepingCapacity: true)
        servedCount = 0
        restsUntil = Instant(
            nanoseconds: now.nanoseconds &+ min(owed, UInt64(max(0, restMillisecondsMax)) * 1_000_000))
        owed = 0
    }
}
