internal import Base
internal import Channels

extension ResumeRequest {
    /// How far a client has seen each channel, as `resume` lists them: the last `seq` by the channel's id.
    static func places(
        in listed: JSONElement?
    ) throws(Rejection) -> (channels: [ChannelID: Int64], strangers: [String]) {
        guard let listed else { return ([:], []) }
        guard listed.isObject else { throw .invalid("/channels", "invalid_type", "channels must be an object") }
        var channels: [ChannelID: Int64] = [:]
        var strangers: [String] = []
        for (name, value) in listed.members {
            guard let seq = value.integer, seq >= 0 else {
                throw .invalid("/channels/\(name)", "out_of_range", "each channel needs the last seq that was seen")
            }
            if let channel = ChannelID(name) { channels[channel] = seq } else { strangers.append(name) }
        }
        return (channels, strangers)
    }
}
