internal import Base
public import Channels

/// A channel's event as other services are told of it: the socket's words, and when it was.
public enum OutsideForm: Sendable {
    /// Its name and the whole body; `nil` for what is told to nobody outside.
    public static func body(of event: Event) -> (type: String, bytes: [UInt8])? {
        if case .void = event.fact { return nil }
        let bytes = JSONWriter.object { json in
            json.member("type", event.fact.name)
            json.member("timestamp", event.at)
            json.member("channel", event.channel)
            json.member("seq", event.seq)
            event.fact.writeData(to: &json)
        }
        return (event.fact.name, bytes)
    }
}
