/// Why a WebSocket is closed (RFC 6455 section 7.4).
public struct CloseCode: RawRepresentable, Sendable, Hashable {
    public var rawValue: UInt16

    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public static let normal = CloseCode(rawValue: 1000)
    public static let goingAway = CloseCode(rawValue: 1001)
    public static let protocolError = CloseCode(rawValue: 1002)
    public static let unsupportedData = CloseCode(rawValue: 1003)
    public static let invalidPayload = CloseCode(rawValue: 1007)
    public static let policyViolation = CloseCode(rawValue: 1008)
    public static let messageTooBig = CloseCode(rawValue: 1009)
    public static let internalError = CloseCode(rawValue: 1011)
    /// Of the IANA registry: the server holds too much for all together.
    public static let tryAgainLater = CloseCode(rawValue: 1013)

    /// May stand in a close frame: 1000–1003 and 1007–1014 are registered for it, 3000–4999 are free for use
    /// (RFC 6455 sections 7.4.1 and 7.4.2, and IANA's registry for 1012–1014).
    public var isValidOnTheWire: Bool {
        switch rawValue {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }
}
