internal import Base

extension Command {
    /// Whether it makes something new, for which a full disk has no room. What takes away, or says how things stand,
    /// is small and goes on.
    public var addsContent: Bool {
        switch self {
        case .sendMessage, .editMessage, .forwardMessage, .react, .pinMessage, .reportMessage, .openDirect,
            .createChannel, .updateChannel, .joinChannel, .addMember, .createInvite:
            true
        case .deleteMessages, .markRead, .deleteChannel, .changeRole, .removeMember, .leaveChannel, .revokeInvite,
            .setNotifications, .block, .userChanged, .eraseUser, .tellUser, .notify, .leadChannel, .readNotifications,
            .catchUpNotifications, .attend, .listChannels, .describeChannel,
            .listMembers, .listInvites, .listBlocked, .compareMembers, .listReaders:
            false
        }
    }
}
