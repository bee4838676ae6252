internal import Auth
internal import Base
internal import Channels

extension AuditEntry {
    /// What a moderator of the server has done in a channel, when it was done; `nil` for everything else.
    init?(of proposal: Proposal, _ decision: Decision, at now: Timestamp) {
        guard proposal.authority == .moderator, case .success = decision.result else { return nil }
        let action: Action, channel: ChannelID
        var detail: String?
        switch proposal.command {
        case .deleteMessages(let delete) where delete.scope == .all:
            (action, channel) = (.messagesDeleted, delete.channel)
        case .updateChannel(let update):
            (action, channel, detail) = (.channelChanged, update.channel, "updated")
        case .deleteChannel(let id):
            (action, channel, detail) = (.channelChanged, id, "deleted")
        case .removeMember(let remove):
            (action, channel, detail) = (.memberRemoved, remove.channel, Self.target(remove.user))
        default: return nil
        }
        self.init(
            at: now, cause: Cause(actor: proposal.user), action, target: "channel:\(channel)", detail: detail)
    }
}
