@testable import Wire

extension FuzzTarget {
    /// The field `Sec-WebSocket-Extensions`.
    static let extensions = FuzzTarget("extensions", bytesMax: 512) { input throws(BrokenPromise) in
        let offers = ExtensionOffer.all(in: String(decoding: input, as: UTF8.self))
        let written = offers.map(\.written).joined(separator: ", ")
        try promise(ExtensionOffer.all(in: written) == offers, "offers that are written again are read the same")
        for context in [DeflateAgreement.Context.kept, .dropped] {
            guard let (agreement, answer) = DeflateAgreement.reached(on: offers, context) else { continue }
            try promise(
                (8...15).contains(agreement.serverWindowBits) && (8...15).contains(agreement.clientWindowBits),
                "a window has 8 to 15 bits")
            try promise(
                context == .kept || agreement.dropsServerContext && agreement.dropsClientContext,
                "the context is kept only where that is wanted")
            // The answer names what was agreed on, so it is an offer on which the same would be agreed.
            let again = DeflateAgreement.reached(on: ExtensionOffer.all(in: answer), .kept)
            try promise(again?.agreement == agreement && again?.answer == answer, "an answer says what was agreed on")
        }
    }
}

extension ExtensionOffer {
    fileprivate var written: String {
        parameters.reduce(name) { text, parameter in
            text + ";" + parameter.name + (parameter.value.map { "=\"\($0)\"" } ?? "")
        }
    }
}
