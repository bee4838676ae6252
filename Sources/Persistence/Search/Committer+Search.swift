internal import Channels

extension Committer {
    /// Notes that the index has nothing any more of what was taken away from these parts up to these versions. What
    /// was taken away since is another version. If it cannot be noted now, it is told again.
    func forget(_ parts: [SearchPass.Stale]) {
        Task {
            _ = await transact { transaction throws(StoreFailure) in
                let row = try transaction.database.prepare("DELETE FROM search_stale WHERE part = ? AND version = ?")
                for one in parts { try row.bind(one.part).bind(one.version).run() }
            }
        }
    }
}
