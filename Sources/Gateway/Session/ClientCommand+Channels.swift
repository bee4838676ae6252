internal import Base
internal import Channels

/// Commands about channels and who belongs to them.
extension ClientCommand {
    static func channelCommand(
        _ type: JSONElement, _ data: CommandData, limits: Limits
    ) throws(Rejection) -> Command? {
        if type.isString("channel.open") { return .openDirect(try openDirect(data)) }
        if type.isString("channel.create") { return .createChannel(try createChannel(data, limits)) }
        if type.isString("channel.join") {
            let token = try data.optionalText("invite")
            return .joinChannel(
                JoinChannel(
                    channel: token != nil && data.present("channel") == nil ? nil : try data.channel(),
                    inviteToken: token))
        }
        if type.isString("channel.leave") { return .leaveChannel(try data.channel()) }
        return nil
    }

    private static func openDirect(_ data: CommandData) throws(Rejection) -> OpenDirect {
        if let user = data.present("user") {
            guard let id = user.utf8.flatMap({ UserID($0) }) else { throw .noSuchUser }
            return OpenDirect(peer: .id(id))
        }
        guard let name = data.present("username")?.string else {
            throw .invalid("/user", "required", "give the user's id as user, or a username")
        }
        return OpenDirect(peer: .username(name))
    }

    /// The same from the socket and from REST.
    static func createChannel(_ data: CommandData, _ limits: Limits) throws(Rejection) -> CreateChannel {
        var profile = ChannelProfile(name: try data.text("name"))
        profile.topic = try data.optionalText("topic")
        profile.visibility = try data.word("visibility", as: ChannelProfile.Visibility.self) ?? .private
        profile.history = try data.word("history", as: ChannelProfile.History.self) ?? .all
        let create = CreateChannel(
            kind: try data.word("kind", as: ChannelState.Kind.self) ?? .group, profile: profile,
            members: try data.users("members"))
        try create.validate(within: limits)
        return create
    }
}
