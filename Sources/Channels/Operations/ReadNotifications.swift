/// Says that notifications have been seen. Reading a channel does so by itself.
public enum ReadNotifications: Equatable, Sendable {
    case one(Int64)
    case through(Int64)
}
