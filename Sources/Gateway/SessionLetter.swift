public import Auth
public import Channels
public import REST
public import WSServer
public import Wire

/// What other threads tell a worker's sessions.
public enum SessionLetter: Sendable {
    /// What has been committed, and in how many milliseconds it came to the disk.
    case announcements([Announcement], storedIn: Int)
    /// Settings have been read again: what to work with from now on.
    case renewed(Services, Router)
    /// A request has been answered.
    case response(HTTPResponse, ConnectionID)
    /// What a command read is ready: its reply, as a frame.
    case read([UInt8], ConnectionID)
    /// Whom a token speaks for that had to be asked about elsewhere, for a socket or for a stream to be.
    case authenticated(Result<AccessClaims, Rejection>, ConnectionID)
    /// What workers tell one another of who is there.
    case presence(PresenceLetter)
    /// What an operator asks of the worker's connections.
    case connections(ConnectionsOrder)
    /// A part of a log is ready to be fed to a socket.
    case fed(FedPart, ConnectionID)
}

/// A part of one channel's log, as frames.
public struct FedPart: Sendable {
    var range: Feed.Range
    /// `nil` when it could not be read; then nothing is known to be sent.
    var frames: [[UInt8]]?
    /// Why it could not be read.
    var refusal: Rejection?
    /// Up to where the frames go.
    var through: Int64
    /// Places of one's own log that are told as voids.
    var voids: [ClosedRange<Int64>] = []
    /// The user may not read the channel any more.
    var isGone: Bool
}
