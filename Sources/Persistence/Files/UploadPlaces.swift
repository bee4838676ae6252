internal import Base
internal import Channels

/// How many uploads are under way at this moment, of all users and of each.
final class UploadPlaces: Sendable {
    private struct Taken {
        var count = 0
        var byUser: [UserID: Int] = [:]
    }

    private let taken = Guarded(Taken())

    /// To be given back by `free`.
    func take(for owner: UserID, within limits: Limits) throws(FileFailure) {
        let refusal = taken.withLock { taken -> FileFailure? in
            guard taken.count < limits.uploadsMax else { return .overloaded }
            guard taken.byUser[owner, default: 0] < limits.uploadsPerUserMax else { return .tooManyUploads }
            taken.count += 1
            taken.byUser[owner, default: 0] += 1
            return nil
        }
        if let refusal { throw refusal }
    }

    func free(of owner: UserID) {
        taken.withLock { taken in
            taken.count -= 1
            let count = taken.byUser[owner, default: 1] - 1
            taken.byUser[owner] = count > 0 ? count : nil
        }
    }
}
