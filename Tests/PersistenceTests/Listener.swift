import Base
import Channels

/// Hears what is announced, in its order.
final class Listener: Fanout {
    private let heard = Guarded<[Announcement]>([])
    private let onPublish: @Sendable ([Announcement]) -> Void

    /// `onPublish` runs on the committer's thread, at the moment of publishing.
    init(onPublish: @escaping @Sendable ([Announcement]) -> Void = { _ in }) { self.onPublish = onPublish }

    func publish(_ batch: [Announcement], storedIn milliseconds: Int) {
        onPublish(batch)
        heard.withLock { $0.append(contentsOf: batch) }
    }

    var announcements: [Announcement] { heard.withLock { $0 } }

    var committed: [Committed] {
        announcements.compactMap { if case .committed(let committed) = $0 { committed } else { nil } }
    }

    var events: [Event] { committed.flatMap(\.decision.events) }

    var endedLogins: [LoginID] {
        announcements.compactMap { if case .loginEnded(let login, _) = $0 { login } else { nil } }
    }
}
