public import Base
public import Channels

extension Switchboard: ActiveUsers {
    /// Tells those who are in a channel that somebody types there, or has stopped: what `typing.start` and
    /// `typing.stop` do over the socket, for routes. Refused like a channel that is not there when `user` is no member.
    public func tellTyping(
        of user: UserID, in channel: ChannelID, isTyping: Bool, by journal: any Journal
    ) async throws(Rejection) {
        guard case .described = try await journal.commit(.describeChannel(channel), as: user).get() else {
            throw .notAMember
        }
        let typing = Typing(channel: channel, user: user, isTyping: isTyping, origin: nil)
        post(PresenceLetter(.typed(typing)), to: Self.worker(of: user, among: workerCount))
    }

    public func isActive(_ user: UserID) async -> Bool? {
        await withCheckedContinuation { asker in
            let question = Question<Bool>(asker)
            post(PresenceLetter(.askedActive(user, question)), to: Self.worker(of: user, among: workerCount))
        }
    }

    /// The worker that decides what others are told of a user.
    static func worker(of user: UserID, among count: Int) -> Int { Int(user.rawValue % Int64(count)) }

    func post(_ letter: PresenceLetter, to worker: Int) { post(.presence(letter), to: worker) }
}
