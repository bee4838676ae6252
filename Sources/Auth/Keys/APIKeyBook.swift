public import Base

/// Every API key that stands, for all threads: whether a key is one is known without asking the disk.
public final class APIKeyBook: Sendable {
    private struct Entry {
        var key: APIKey
        var hash: Secret
        /// What the disk knows of its last use.
        var savedUseAt: Timestamp?
    }

    /// Seconds after which the disk is told again that a key is in use.
    public static let useSavedSeconds: Int64 = 60

    private let entries = Guarded<[String: Entry]>([:])

    public init() {}

    /// When it is durable.
    public func insert(_ key: APIKey, hash: [UInt8]) {
        entries.withLock { $0[key.prefix] = Entry(key: key, hash: Secret(hash), savedUseAt: key.lastUsedAt) }
    }

    /// A login has been ended, which may have been a key's.
    public func remove(_ login: LoginID) {
        entries.withLock { entries in
            guard let found = entries.first(where: { $0.value.key.login == login }) else { return }
            entries[found.key] = nil
        }
    }

    /// The key that a text is; `nil` when it is none, or not any more.
    /// - Returns: also whether the disk should be told that it is in use.
    public func find(_ text: String, at now: Timestamp) -> (key: APIKey, isToBeSaved: Bool)? {
        guard let text = APIKeyText(text) else { return nil }
        let hash = text.hash
        return entries.withLock { entries -> (key: APIKey, isToBeSaved: Bool)? in
            guard let entry = entries[text.prefix], entry.hash.matches(hash),
                entry.key.expiresAt.map({ now < $0 }) ?? true
            else { return nil }
            var used = entry
            used.key.lastUsedAt = max(now, entry.key.lastUsedAt ?? now)
            let isToBeSaved = entry.savedUseAt.map { $0.adding(seconds: Self.useSavedSeconds) <= now } ?? true
            if isToBeSaved { used.savedUseAt = now }
            entries[text.prefix] = used
            return (used.key, isToBeSaved)
        }
    }

    /// All of them, in the order in which they were made.
    public var all: [APIKey] { entries.withLock { $0.values.map(\.key) }.sorted { $0.id < $1.id } }
}
