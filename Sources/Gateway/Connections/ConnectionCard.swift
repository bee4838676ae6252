internal import Base

/// A socket or a stream of events that is open, as an operator sees it.
struct ConnectionCard: Sendable {
    var place: Place
    /// Whose it is, and by which login; `nil` while it has not said who it is.
    var user: UserID?
    var login: LoginID?
    /// From where; `nil` for who came through the server's own Unix socket.
    var address: IPAddress?
    var since: Timestamp
    var isStream: Bool
    /// Bytes that it has been sent and has not taken.
    var queuedByteCount: Int

    /// Which connection of which worker: what names it as long as the server runs, and the order of lists.
    struct Place: Sendable, Equatable, CustomStringConvertible {
        var worker: Int
        var connection: UInt64

        init(worker: Int, connection: UInt64) {
            self.worker = worker
            self.connection = connection
        }

        /// Reads `0-4294967317`.
        init?(_ text: String) {
            let parts = text.split(separator: "-", omittingEmptySubsequences: false)
            guard parts.count == 2, let worker = Int64(plainDecimal: String(parts[0])), worker < 1_000,
                let connection = UInt64(parts[1]), "\(connection)" == parts[1]
            else { return nil }
            self.init(worker: Int(worker), connection: connection)
        }

        var description: String { "\(worker)-\(connection)" }
    }
}

/// Which connections are meant: those of which all is true that is said.
struct ConnectionFilter: Sendable, Equatable {
    var place: ConnectionCard.Place?
    var user: UserID?
    var login: LoginID?
    var address: IPAddress?

    var isEmpty: Bool { self == ConnectionFilter() }

    func matches(_ card: ConnectionCard) -> Bool {
        place.map { $0 == card.place } ?? true && user.map { $0 == card.user } ?? true
            && login.map { $0 == card.login } ?? true && address.map { $0 == card.address } ?? true
    }
}

/// What a worker is asked to do about its connections.
public struct ConnectionsOrder: Sendable {
    enum Content: Sendable {
        /// Those behind a connection, in the order of their numbers.
        case list(ConnectionFilter, after: UInt64, limit: Int, Question<[ConnectionCard]>)
        /// How many were closed is the answer.
        case close(ConnectionFilter, Question<Int>)
    }

    let content: Content

    init(_ content: Content) { self.content = content }
}
