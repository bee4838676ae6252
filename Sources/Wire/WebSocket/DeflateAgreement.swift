/// What client and server agreed on about compressing messages (`permessage-deflate`, RFC 7692 section 7).
public struct DeflateAgreement: Sendable, Equatable {
    /// Whether a side may refer to its earlier messages. That makes small messages smaller, and costs memory for as
    /// long as the connection lasts.
    public enum Context: Sendable {
        /// Neither side keeps anything between messages: an idle connection holds no memory for it, and what is
        /// compressed once can be sent to many.
        case dropped
        /// Each side keeps its context unless the client asks otherwise.
        case kept
    }

    /// The server begins each message afresh.
    public var dropsServerContext: Bool
    /// The client begins each message afresh.
    public var dropsClientContext: Bool
    /// The server refers back at most 2 to this many bytes: 8 ... 15.
    public var serverWindowBits: UInt8
    /// As `serverWindowBits`, of what the client sends.
    public var clientWindowBits: UInt8

    public init(
        dropsServerContext: Bool = true, dropsClientContext: Bool = true, serverWindowBits: UInt8 = Self.windowBitsMax,
        clientWindowBits: UInt8 = Self.windowBitsMax
    ) {
        self.dropsServerContext = dropsServerContext
        self.dropsClientContext = dropsClientContext
        self.serverWindowBits = serverWindowBits
        self.clientWindowBits = clientWindowBits
    }

    /// RFC 7692 section 7.1.2: what DEFLATE knows, and what holds when nothing is said.
    public static var windowBitsMax: UInt8 { 15 }
    private static let windowBits = 8...windowBitsMax

    /// A message of this length can be compressed without a thought of the client's window: nothing in it lies farther
    /// back.
    func windowHolds(_ byteCount: Int) -> Bool {
        serverWindowBits == Self.windowBitsMax || byteCount <= 1 << serverWindowBits
    }
}

extension DeflateAgreement {
    /// Takes the first offer that can be taken and says how to answer it. Others are declined without a word
    /// (RFC 7692 section 5.1), so that a client goes without rather than away.
    static func reached(
        on offers: [ExtensionOffer], _ context: Context
    ) -> (agreement: DeflateAgreement, answer: String)? {
        for offer in offers where offer.name == "permessage-deflate" {
            if let reached = DeflateAgreement.reached(on: offer, context) { return reached }
        }
        return nil
    }

    /// `nil` for an offer with a parameter that is unknown, doubled or has a wrong value (RFC 7692 section 7.1).
    private static func reached(
        on offer: ExtensionOffer, _ context: Context
    ) -> (agreement: DeflateAgreement, answer: String)? {
        var agreement = DeflateAgreement(
            dropsServerContext: context == .dropped, dropsClientContext: context == .dropped)
        var names: Set<String> = []
        var windows = ""
        for parameter in offer.parameters {
            guard names.insert(parameter.name).inserted else { return nil }
            switch (parameter.name, parameter.value) {
            case ("server_no_context_takeover", nil):
                agreement.dropsServerContext = true
            case ("client_no_context_takeover", nil):
                agreement.dropsClientContext = true
            case ("server_max_window_bits", let value?):
                guard let bits = bits(value) else { return nil }
                agreement.serverWindowBits = bits
                windows += "; server_max_window_bits=\(bits)"
            case ("client_max_window_bits", let value?):
                guard let bits = bits(value) else { return nil }
                agreement.clientWindowBits = bits
                windows += "; client_max_window_bits=\(bits)"
            case ("client_max_window_bits", nil):
                // The client would obey a bound (RFC 7692 section 7.1.2.2); none is wanted.
                continue
            default:
                return nil
            }
        }
        var answer = "permessage-deflate"
        if agreement.dropsServerContext { answer += "; server_no_context_takeover" }
        // May be demanded also where the client has not offered it (RFC 7692 section 7.1.1.2).
        if agreement.dropsClientContext { answer += "; client_no_context_takeover" }
        return (agreement, answer + windows)
    }

    /// A decimal number without leading zeros (RFC 7692 section 7.1.2).
    private static func bits(_ text: String) -> UInt8? {
        windowBits.first { String($0) == text }
    }
}
