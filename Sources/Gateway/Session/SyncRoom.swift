internal import Base

/// How many answers are being gathered that may be large, in all and by user. A value.
struct SyncRoom {
    private var all = 0
    private var byUser: [UserID: Int] = [:]

    /// False when there is no room for one more, and nothing is counted.
    mutating func enter(_ user: UserID, _ limits: Limits) -> Bool {
        let own = byUser[user, default: 0]
        guard all < limits.syncsMax, own < limits.syncsPerUserMax else { return false }
        all += 1
        byUser[user] = own + 1
        return true
    }

    mutating func leave(_ user: UserID) {
        guard let own = byUser[user] else { return }
        all -= 1
        // Nothing is remembered of those who have gone.
        byUser[user] = own > 1 ? own - 1 : nil
    }
}
