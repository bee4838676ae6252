internal import Auth
internal import Base
internal import Channels

extension Transaction {
    /// Takes the file away that an import was to read, which nobody else knows of: a job that nobody has begun has
    /// nobody who would do that at its end. Who reads it has it open.
    func removeInput(of job: Job) throws(StoreFailure) {
        guard job.kind == ImportOrder.kind, let user = job.user, let order = ImportOrder(payload: job.payload) else {
            return
        }
        try database.prepare("DELETE FROM files WHERE id = ? AND user = ?").bind(order.file).bind(user).run()
    }
}
