internal import Base

/// One extension that a client offers, with its parameters (RFC 6455 section 9.1).
struct ExtensionOffer: Sendable, Equatable {
    struct Parameter: Sendable, Equatable {
        var name: String
        /// Quotes are taken off.
        var value: String?
    }

    var name: String
    var parameters: [Parameter] = []

    /// The offers of a `Sec-WebSocket-Extensions` field in their order. One that does not follow the grammar is left
    /// out, as one that is not known: a client may offer what it likes.
    static func all(in field: String) -> [ExtensionOffer] {
        var reader = Reader(rest: Array(field.utf8)[...])
        var offers: [ExtensionOffer] = []
        while !reader.rest.isEmpty {
            if let offer = reader.offer() { offers.append(offer) }
            reader.skipElement()
        }
        return offers
    }

    private struct Reader {
        var rest: ArraySlice<UInt8>

        /// `token *( ";" parameter )`, up to the comma or the end.
        mutating func offer() -> ExtensionOffer? {
            guard let name = token() else { return nil }
            var offer = ExtensionOffer(name: name)
            while take(UInt8(ascii: ";")) {
                guard let name = token() else { return nil }
                var parameter = Parameter(name: name)
                if take(UInt8(ascii: "=")) {
                    guard let value = value() else { return nil }
                    parameter.value = value
                }
                offer.parameters.append(parameter)
            }
            skipBlanks()
            return rest.isEmpty || rest.first == UInt8(ascii: ",") ? offer : nil
        }

        /// Goes behind the next comma that stands outside quotes.
        mutating func skipElement() {
            while let byte = rest.popFirst(), byte != UInt8(ascii: ",") {
                if byte == UInt8(ascii: "\"") { _ = quoted() }
            }
        }

        /// What a quoted value says must be a token as well (RFC 6455 section 9.1).
        private mutating func value() -> String? {
            skipBlanks()
            guard rest.first == UInt8(ascii: "\"") else { return token() }
            rest.removeFirst()
            guard let text = quoted(), text.isToken else { return nil }
            return String(decoding: text, as: UTF8.self)
        }

        /// The rest of a quoted string, its opening quote taken already (RFC 9110 section 5.6.4).
        private mutating func quoted() -> [UInt8]? {
            var text: [UInt8] = []
            while let byte = rest.popFirst() {
                switch byte {
                case UInt8(ascii: "\""): return text
                case UInt8(ascii: "\\"):
                    guard let escaped = rest.popFirst() else { return nil }
                    text.append(escaped)
                default: text.append(byte)
                }
            }
            return nil
        }

        private mutating func token() -> String? {
            skipBlanks()
            let bytes = rest.prefix(while: \.isTokenByte)
            guard !bytes.isEmpty else { return nil }
            rest.removeFirst(bytes.count)
            return String(decoding: bytes, as: UTF8.self)
        }

        private mutating func take(_ byte: UInt8) -> Bool {
            skipBlanks()
            guard rest.first == byte else { return false }
            rest.removeFirst()
            return true
        }

        private mutating func skipBlanks() { rest = rest.drop(while: \.isBlank) }
    }
}
