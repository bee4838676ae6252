internal import Base
internal import WSServer

/// What the time asks of a stream, whose client says nothing. That it is still there shows only when it is sent
/// something: the kernel fails the connection when that is not confirmed. Pure.
struct StreamPulse: Equatable {
    /// Its client has stopped sending, and has been sent something since.
    private var hasProbed = false
    /// Its client has been told that the token is nearly over.
    private var hasWarned = false

    /// What the time asks for, and when to ask again.
    mutating func advance(
        to now: Instant, wall: Timestamp, _ activity: Activity, _ identity: Session.Identity, _ limits: Limits
    ) -> (Session.Reaction, next: Instant) {
        let silence = now.milliseconds(since: activity.sentAt)
        if activity.queuedByteCount > 0, silence >= limits.stalledMillisecondsMax {
            return (.abort(.slowConsumer), now)
        }
        guard wall < identity.endDueAt else { return (.close(.tokenExpired), now) }
        if !hasWarned, wall >= identity.warningDueAt {
            hasWarned = true
            return (.reply(Envelope.expiring(at: identity.tokenExpiresAt)), now.adding(milliseconds: 1))
        }
        var wait = limits.heartbeatMilliseconds
        var reaction = Session.Reaction.nothing
        if activity.queuedByteCount > 0 {
            wait = min(wait, limits.stalledMillisecondsMax - silence)
        } else if silence >= limits.heartbeatMilliseconds || activity.hasEnded && !hasProbed {
            reaction = .ping
            hasProbed = activity.hasEnded
        } else {
            wait -= silence
        }
        let left = wall.millisecondsUntil(hasWarned ? identity.endDueAt : identity.warningDueAt)
        return (reaction, now.adding(milliseconds: max(1, min(wait, left))))
    }
}
