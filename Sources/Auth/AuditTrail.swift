public import Base

/// Reads the audit trail.
public protocol AuditTrail: Sendable {
    /// Rows that fit the filter, newest first.
    /// - Parameter number: only rows before this one.
    func page(_ filter: AuditFilter, before number: Int64?, limit: Int) async throws(AccountFailure) -> [AuditRow]

    /// Reads the whole trail again and checks its chain.
    func verify() async throws(AccountFailure) -> AuditVerdict
}

/// A row with its place.
public struct AuditRow: Sendable, Equatable {
    /// From 1, without gaps.
    public var number: Int64
    public var entry: AuditEntry
    public var code: [UInt8]

    public init(number: Int64, entry: AuditEntry, code: [UInt8]) {
        self.number = number
        self.entry = entry
        self.code = code
    }
}

/// Which rows are wanted; `nil` wants all.
public struct AuditFilter: Sendable, Equatable {
    public var actor: UserID?
    public var action: AuditEntry.Action?
    public var target: String?
    public var since: Timestamp?

    public init(
        actor: UserID? = nil, action: AuditEntry.Action? = nil, target: String? = nil, since: Timestamp? = nil
    ) {
        self.actor = actor
        self.action = action
        self.target = target
        self.since = since
    }
}

/// What became of checking the trail.
public enum AuditVerdict: Sendable, Equatable {
    case whole(count: Int64)
    /// The first row that is not what was written, or is not there.
    case broken(at: Int64)
    /// The rows that are there are whole, and there were more: what is kept beside the trail knows of others.
    case cutShort(count: Int64)
}
