public import Base
public import Reactor
public import Telemetry

/// What a server is started with.
public struct ServerConfiguration: Sendable {
    public var address: ListenAddress
    /// A Unix socket for the server's own user, beside the address.
    public var localPath: String?
    /// With these, TLS is spoken on the address. The Unix socket needs none.
    public var certificates: TLSContext?
    /// Event loops, each a thread.
    public var loops: Int
    public var limits: Limits
    public var time: TimeSource
    public var log: Logger

    public init(
        address: ListenAddress, localPath: String? = nil, certificates: TLSContext? = nil, loops: Int,
        limits: Limits = Limits(),
        time: TimeSource = .system, log: Logger
    ) {
        self.address = address
        self.localPath = localPath
        self.certificates = certificates
        self.loops = loops
        self.limits = limits
        self.time = time
        self.log = log
    }
}
