import Auth
import Base

@testable import Channels

/// Ann, Bob and what is between them, for tests that need somebody.
enum People {
    static let ann = user(108)
    static let bob = user(109)
    static let login = LoginID(high: 1, low: 2)
    static let session = SessionID(high: 3, low: 4)
    static let noon = Timestamp(milliseconds: 1_795_000_000_123)
    static let annCard = UserCard(id: ann, username: "ann", displayName: nil)
    static let bobCard = UserCard(id: bob, username: "bob", displayName: "Bob B.")

    private static func user(_ number: Int64) -> UserID {
        guard let user = UserID(rawValue: number) else { preconditionFailure("\(number) is a user's number") }
        return user
    }

    static func channel(_ text: String) -> ChannelID {
        guard let channel = ChannelID(text) else { preconditionFailure("\(text) is a channel") }
        return channel
    }

    static func claims(
        expiresIn seconds: Int64 = 7_200, of user: UserID = ann, by login: LoginID = login
    ) -> AccessClaims {
        AccessClaims(
            user: user, uuid: "u", login: login, role: .member, tokenID: "t", issuedAt: noon,
            expiresAt: noon.adding(seconds: seconds))
    }

    /// A direct channel as Ann sees it, or a group.
    static func summary(_ text: String, seq: Int64, lastMessage: Int64, read: Int64) -> ChannelSummary {
        let id = channel(text), isDirect = id.members != nil
        let member = ChannelMember(role: .member, readNumber: read, joinedAt: noon)
        let state = ChannelState(
            id: id, kind: isDirect ? .direct : .group, profile: ChannelProfile(name: isDirect ? nil : "Chess"),
            createdAt: noon,
            head: ChannelHead(seq: seq, lastMessageNumber: lastMessage, lastMessageAt: noon),
            members: [ann: member, bob: member])
        return ChannelSummary(of: state, for: ann, member, peer: isDirect ? bobCard : nil)
    }

    static func attendance(_ channels: [ChannelSummary] = [], personalSeq: Int64 = 0) -> Attendance {
        Attendance(session: session, user: annCard, channels: channels, personalSeq: personalSeq)
    }

    static func message(_ number: Int64, seq: Int64, _ text: String = "hello") -> Message {
        Message(
            channel: channel("108_109"), number: number, seq: seq, sender: ann, clientMessageID: .init("m\(number)"),
            text: Array(text.utf8), createdAt: noon)
    }
}
