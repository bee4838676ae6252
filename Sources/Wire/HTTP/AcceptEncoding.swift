/// Which codings of a content a client takes (RFC 9110 section 12.5.3).
public struct AcceptEncoding: Sendable {
    /// In thousandths; `nil` where the client says nothing of it.
    private var gzip, identity, others: Int?

    public init(_ headers: HTTPHeaders) {
        for element in headers.elements("accept-encoding") {
            let parts = Array(element.utf8).split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
            guard parts.count <= 2, let quality = parts.count == 2 ? Self.quality(parts[1].trimmedOfBlanks) : 1_000
            else { continue }
            switch parts[0].trimmedOfBlanks.lowercasedText {
            // An old name of the same (RFC 9110 section 8.4.1.3).
            case "gzip", "x-gzip": gzip = gzip ?? quality
            case "identity": identity = identity ?? quality
            case "*": others = others ?? quality
            default: continue
            }
        }
    }

    /// The client takes gzip, and likes what is not compressed no better.
    public var prefersGzip: Bool {
        guard let quality = gzip ?? others, quality > 0 else { return false }
        // `*` speaks of `identity` too, where that is not named.
        return quality >= identity ?? others ?? 0
    }

    /// `q=` and a weight with at most three decimals (RFC 9110 section 12.4.2), in thousandths.
    private static func quality(_ parameter: ArraySlice<UInt8>) -> Int? {
        guard parameter.prefix(2).lowercasedText == "q=" else { return nil }
        let weight = parameter.dropFirst(2)
        guard let first = weight.first, first == UInt8(ascii: "0") || first == UInt8(ascii: "1") else { return nil }
        let decimals = weight.dropFirst(2)
        guard weight.count == 1 || weight.dropFirst().first == UInt8(ascii: "."), decimals.count <= 3,
            decimals.allSatisfy(\.isDigit)
        else { return nil }
        var thousandths = Int(first - 0x30) * 1_000, place = 100
        for digit in decimals {
            thousandths += Int(digit - 0x30) * place
            place /= 10
        }
        return thousandths <= 1_000 ? thousandths : nil
    }
}
