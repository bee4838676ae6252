public import Base

/// A way into a channel for whoever has its token.
public struct Invite: Equatable, Sendable {
    public var id: Int64
    public var channel: ChannelID
    public var role: MemberRole
    /// 0 for as many as like.
    public var usesMax: Int64
    public var uses: Int64
    public var expiresAt: Timestamp
    public var createdAt: Timestamp
    public var createdBy: UserID

    public init(
        id: Int64, channel: ChannelID, role: MemberRole, usesMax: Int64, uses: Int64, expiresAt: Timestamp,
        createdAt: Timestamp, createdBy: UserID
    ) {
        self.id = id
        self.channel = channel
        self.role = role
        self.usesMax = usesMax
        self.uses = uses
        self.expiresAt = expiresAt
        self.createdAt = createdAt
        self.createdBy = createdBy
    }

    func isOpen(at now: Timestamp) -> Bool { now < expiresAt && (usesMax == 0 || uses < usesMax) }
}

/// Makes an invitation.
public struct CreateInvite: Equatable, Sendable {
    public var channel: ChannelID
    /// Random, known to whoever is given it; only a hash of it is kept.
    public var token: String
    public var role: MemberRole?
    public var usesMax: Int64
    public var seconds: Int64

    public init(channel: ChannelID, token: String, role: MemberRole?, usesMax: Int64, seconds: Int64) {
        self.channel = channel
        self.token = token
        self.role = role
        self.usesMax = usesMax
        self.seconds = seconds
    }
}

extension CreateInvite {
    func decide(in state: ChannelState, by user: UserID, at now: Timestamp) throws(Rejection) -> Invite {
        _ = try state.allow(.invite, by: user)
        let role = role ?? state.kind.usualRole
        guard role <= state.kind.usualRole else {
            throw Rejection(
                .permissionDenied, "an invitation gives no more than the role \(state.kind.usualRole.rawValue)")
        }
        return Invite(
            id: 0, channel: state.id, role: role, usesMax: usesMax, uses: 0, expiresAt: now.adding(seconds: seconds),
            createdAt: now, createdBy: user)
    }
}

/// Joins a channel that is open to everybody, or by an invitation.
public struct JoinChannel: Equatable, Sendable {
    /// May be left out when there is an invitation.
    public var channel: ChannelID?
    public var inviteToken: String?

    public init(channel: ChannelID?, inviteToken: String? = nil) {
        self.channel = channel
        self.inviteToken = inviteToken
    }
}
