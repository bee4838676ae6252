public import Base

/// Opens the direct channel of two users, or returns it when it is there.
public struct OpenDirect: Equatable, Sendable {
    public enum Peer: Equatable, Sendable {
        case id(UserID)
        case username(String)
    }

    public var peer: Peer

    public init(peer: Peer) { self.peer = peer }
}

extension OpenDirect {
    func decide(by user: UserID, with peer: UserID, at now: Timestamp) throws(Rejection) -> ChannelState {
        guard let id = ChannelID.direct(user, peer) else {
            throw .invalid("/user", "oneself", "a direct channel needs another user")
        }
        let member = ChannelMember(role: .member, readNumber: 0, joinedAt: now)
        return ChannelState(
            id: id, kind: .direct, profile: ChannelProfile(), createdAt: now, members: [user: member, peer: member])
    }
}
