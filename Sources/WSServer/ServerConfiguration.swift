public import Base
public import Reactor
public import Telemetry

/// What a server is started with.
public struct ServerConfiguration: Sendable {
    public var address: ListenAddress
    /// A Unix socket for the server's own user, beside the address.
    public var localPath: String?
    /// Event loops, each a thread.
    public var loops: Int
    public var rules: ServerRules
    public var time: TimeSource
    public var log: Logger

    public init(
        address: ListenAddress, localPath: String? = nil, loops: Int, rules: ServerRules = ServerRules(),
        time: TimeSource = .system, log: Logger
    ) {
        self.address = address
        self.localPath = localPath
        self.loops = loops
        self.rules = rules
        self.time = time
        self.log = log
    }
}
