public import Base

/// An address of another service that is told of what happens here.
public struct Webhook: Sendable, Equatable {
    public var id: Int64
    public var url: String
    /// Names of events, `message.*` for all of a family, or `*`.
    public var events: [String]
    public var isActive: Bool
    public var createdAt: Timestamp
    /// What it has been told: up to this row of the outbox, and this place of the journal.
    public var told: Place
    /// Failures since it last answered well.
    public var attempts: Int
    /// Not to be asked before.
    public var dueAt: Timestamp
    public var failingSince: Timestamp?

    public struct Place: Sendable, Equatable {
        public var outbox: Int64
        public var journal: Int64

        public init(outbox: Int64, journal: Int64) {
            self.outbox = outbox
            self.journal = journal
        }
    }

    public init(
        id: Int64, url: String, events: [String], isActive: Bool, createdAt: Timestamp, told: Place, attempts: Int = 0,
        dueAt: Timestamp = Timestamp(milliseconds: 0), failingSince: Timestamp? = nil
    ) {
        self.id = id
        self.url = url
        self.events = events
        self.isActive = isActive
        self.createdAt = createdAt
        self.told = told
        self.attempts = attempts
        self.dueAt = dueAt
        self.failingSince = failingSince
    }

    /// Webhooks of a server: each costs a connection for what it is told.
    public static let countMax = 100
    /// Names that one asks for.
    public static let eventsMax = 50

    public func wants(_ type: String) -> Bool { events.contains { Self.matches($0, type) } }

    static func matches(_ pattern: String, _ type: String) -> Bool {
        if pattern == "*" || pattern == type { return true }
        return pattern.hasSuffix(".*") && type.hasPrefix(pattern.dropLast())
    }

    /// Whether something may be asked for: words of small letters, digits and underscores with dots between them, the
    /// last of which may be a star.
    public static func isPattern(_ text: String) -> Bool {
        if text == "*" { return true }
        return isEventType(text.hasSuffix(".*") ? String(text.dropLast(2)) : text)
    }

    /// Whether it is the name of an event, ours or another service's.
    public static func isEventType(_ text: String) -> Bool {
        guard (1...64).contains(text.utf8.count) else { return false }
        return text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { word in
            !word.isEmpty
                && word.utf8.allSatisfy {
                    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || $0.isASCIIDigit || $0 == UInt8(ascii: "_")
                }
        }
    }
}

/// Something that happened here, as other services are told of it.
public struct OutsideEvent: Sendable, Equatable {
    /// Its place in the outbox.
    public var position: Int64
    public var type: String
    public var at: Timestamp
    /// JSON, an object.
    public var data: [UInt8]

    public init(position: Int64, type: String, at: Timestamp, data: [UInt8]) {
        self.position = position
        self.type = type
        self.at = at
        self.data = data
    }

    /// Bytes of `data` that another service may bring.
    public static let dataBytesMax = 64 << 10
}

/// What other services are told of a new account: no address to write to.
public struct AccountCard: Sendable, Equatable {
    public var id: UserID
    public var uuid: String
    public var username: String?
    public var role: Role

    public init(id: UserID, uuid: String, username: String?, role: Role) {
        self.id = id
        self.uuid = uuid
        self.username = username
        self.role = role
    }

    public init(_ account: Account) {
        self.init(id: account.id, uuid: account.uuid, username: account.username, role: account.role)
    }
}

/// What happens to accounts, for other services.
public enum AccountEvent: Sendable, Equatable {
    case registered(AccountCard)
    case roleChanged(UserID, from: Role, to: Role)
    case suspended(UserID)
    case deleted(UserID)
}

/// One try to tell a webhook of an event.
public struct WebhookDelivery: Sendable, Equatable {
    public enum Outcome: String, Sendable {
        case delivered
        /// It will be tried again.
        case retried
        /// It will not: the event is left out.
        case failed
    }

    public var id: Int64
    /// The `webhook-id` that it was sent with.
    public var event: String
    public var type: String
    /// 1 for the first.
    public var attempt: Int
    public var at: Timestamp
    /// The answer's; `nil` when there was none.
    public var status: Int?
    public var error: String?
    public var outcome: Outcome
    public var durationMilliseconds: Int

    public init(
        id: Int64 = 0, event: String, type: String, attempt: Int, at: Timestamp, status: Int?, error: String?,
        outcome: Outcome, durationMilliseconds: Int
    ) {
        self.id = id
        self.event = event
        self.type = type
        self.attempt = attempt
        self.at = at
        self.status = status
        self.error = error
        self.outcome = outcome
        self.durationMilliseconds = durationMilliseconds
    }

    /// The shape of the wire.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", String(id))
            json.member("event", event)
            json.member("type", type)
            json.member("attempt", attempt)
            json.member("at", at)
            json.member("status", orNull: status.map { Int64($0) })
            json.member("error", orNull: error)
            json.member("outcome", outcome.rawValue)
            json.member("duration_ms", durationMilliseconds)
        }
    }
}
