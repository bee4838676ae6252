public import Base
public import Reactor
public import Wire

/// What a server obeys and may be told anew while it runs.
public struct ServerRules: Sendable {
    public var limits: Limits
    /// With these, TLS is spoken on the address. The Unix socket needs none.
    public var certificates: TLSContext?
    public var forwarding: Forwarding
    /// Connections from trusted proxies begin with a PROXY header.
    public var takesProxyHeader: Bool

    public init(
        limits: Limits = Limits(), certificates: TLSContext? = nil, forwarding: Forwarding = Forwarding(),
        takesProxyHeader: Bool = false
    ) {
        self.limits = limits
        self.certificates = certificates
        self.forwarding = forwarding
        self.takesProxyHeader = takesProxyHeader
    }
}
