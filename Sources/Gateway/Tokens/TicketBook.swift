internal import Auth
internal import Base

/// Tickets for opening one socket each, without a token in its address: in memory only, each good for a moment and for
/// one use. Pure.
struct TicketBook {
    private struct Ticket {
        var claims: AccessClaims
        var expiresAt: Instant
    }

    /// By the hash of their text, so that who reads this memory has no ticket.
    private var tickets: [[UInt8]: Ticket] = [:]
    private var countOf: [UserID: Int] = [:]

    /// `nil` when there are as many as may be, in all or of this user.
    mutating func issue(
        to claims: AccessClaims, _ limits: Limits, at now: Instant, random: inout RandomSource
    ) -> RefreshToken? {
        if tickets.count >= limits.ticketsMax || countOf[claims.user] ?? 0 >= limits.ticketsPerUserMax {
            prune(at: now)
        }
        guard tickets.count < limits.ticketsMax, countOf[claims.user] ?? 0 < limits.ticketsPerUserMax else {
            return nil
        }
        let text = RefreshToken.make(random: &random)
        tickets[text.hash] = Ticket(
            claims: claims, expiresAt: now.adding(milliseconds: TokenLifetimes.ticketSeconds * 1_000))
        countOf[claims.user, default: 0] += 1
        return text
    }

    /// Whom a ticket is for, once.
    mutating func redeem(_ text: String, at now: Instant) -> AccessClaims? {
        guard let hash = RefreshToken(text: text)?.hash, let ticket = tickets.removeValue(forKey: hash) else {
            return nil
        }
        forget(ticket)
        return now < ticket.expiresAt ? ticket.claims : nil
    }

    private mutating func prune(at now: Instant) {
        for (hash, ticket) in tickets where ticket.expiresAt <= now {
            tickets[hash] = nil
            forget(ticket)
        }
    }

    private mutating func forget(_ ticket: Ticket) {
        let left = (countOf[ticket.claims.user] ?? 1) - 1
        countOf[ticket.claims.user] = left > 0 ? left : nil
    }
}

/// The tickets, for all threads.
public final class TicketOffice: Sendable {
    private let book = Guarded(TicketBook())

    public init() {}

    func issue(to claims: AccessClaims, _ limits: Limits, at now: Instant) -> RefreshToken? {
        book.withLock { book in
            var random = RandomSource.system
            return book.issue(to: claims, limits, at: now, random: &random)
        }
    }

    func redeem(_ text: String, at now: Instant) -> AccessClaims? { book.withLock { $0.redeem(text, at: now) } }
}
