@testable import Wire

extension HTTPRequestHead {
    /// Everything that the head says, comparable.
    var facts: [String] {
        [method.rawValue, path, version == .http10 ? "1.0" : "1.1", host, keepsAlive ? "keeps" : "closes"]
            + [expectsContinue ? "waits" : "sends", bodyLength.fact, "segments:"] + segments + ["query:"]
            + query.pairs.flatMap { [$0.name, $0.value] } + ["fields:"]
            + headers.fields.flatMap { [$0.name, $0.value] }
    }

    /// A request that says the same.
    var written: [UInt8] {
        var text = "\(method.rawValue) "
        // The target's own host goes before the field; a target without one leaves it to the field.
        if path != "*", !host.isEmpty { text += "http://\(host)" }
        text += path
        for (index, pair) in query.pairs.enumerated() {
            text += "\(index == 0 ? "?" : "&")\(pair.name.percentEncoded)=\(pair.value.percentEncoded)"
        }
        text += version == .http10 ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n"
        for field in headers.fields { text += "\(field.name): \(field.value)\r\n" }
        return Array("\(text)\r\n".utf8)
    }
}

extension BodyLength {
    fileprivate var fact: String {
        switch self {
        case .none: "no body"
        case .length(let byteCount): "\(byteCount) bytes"
        case .chunked: "chunks"
        }
    }
}

extension String {
    /// Every byte but letters and digits as `%` and two hexadecimal digits (RFC 3986 section 2.1).
    var percentEncoded: String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in utf8 {
            if byte.isDigit || byte.isLetter {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 0xF)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
