internal import Auth
public import Base

/// A letter as mail servers carry it (RFC 5322): plain text in UTF-8, whatever it holds, in lines of ASCII.
public struct MailMessage: Sendable {
    /// Why a letter cannot be written.
    public enum Fault: Error, Equatable, Sendable {
        /// No address that stands in an envelope as it is.
        case address
        /// A subject with line ends or control characters.
        case subject
    }

    public let bytes: [UInt8]

    /// - Parameters:
    ///   - from: an address, `name@host`.
    ///   - id: what stands before the @ of the Message-ID; the same for every try, so that who gets it twice sees one.
    public init(
        from: String, to: String, subject: String, body: String, id: String, at now: Timestamp
    ) throws(Fault) {
        guard Self.isAddress(from), Self.isAddress(to), Self.isAddress("\(id)@x") else { throw .address }
        guard subject.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F && $0.value != 0x2028 }) else {
            throw .subject
        }
        let host = from.split(separator: "@").last.map(String.init) ?? "localhost"
        var lines = [
            "Date: \(now.mailDate)", "From: <\(from)>", "To: <\(to)>", "Subject: \(Self.encoded(subject))",
            "Message-ID: <\(id)@\(host)>", "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: base64",
            // RFC 3834 section 5: holiday notes are not to be answered to us.
            "Auto-Submitted: auto-generated", "",
        ]
        // Base64 has no lines that begin with a dot or "From ", and none that are too long.
        var rest = Base64.encode(Array(body.replacingLineEnds.utf8))[...]
        while !rest.isEmpty {
            lines.append(String(rest.prefix(Self.lineBytes)))
            rest = rest.dropFirst(Self.lineBytes)
        }
        bytes = Array((lines.joined(separator: "\r\n") + "\r\n").utf8)
    }

    /// RFC 2045 section 6.8.
    private static let lineBytes = 76
    /// RFC 5321 section 4.5.3.1.
    private static let addressBytesMax = 254

    /// Printable ASCII without what has a meaning in envelopes and headers, one @ in it.
    public static func isAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && text.utf8.count <= addressBytesMax
            && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"<>()[]\\,;:\"".utf8.contains($0) }
    }

    /// RFC 2047: words of base64 wherever there is more than plain ASCII, each within 75 bytes and whole characters.
    static func encoded(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } && !text.contains("=?")
        if isPlain, text.utf8.count <= 60 { return text }
        var words: [[UInt8]] = [[]]
        for scalar in text.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            // "=?utf-8?B?" and "?=" take 12 of the 75, and 45 bytes become 60 letters.
            if words[words.count - 1].count + bytes.count > 45 { words.append([]) }
            words[words.count - 1] += bytes
        }
        return words.map { "=?utf-8?B?\(Base64.encode($0))?=" }.joined(separator: "\r\n ")
    }
}

extension String {
    /// Lines as RFC 2045 section 6.8 wants them in text that is encoded.
    fileprivate var replacingLineEnds: String {
        var text = ""
        for character in self {
            text += character == "\n" || character == "\r\n" || character == "\r" ? "\r\n" : String(character)
        }
        return text
    }
}

extension Timestamp {
    /// RFC 5322 section 3.3, in UTC.
    fileprivate var mailDate: String {
        let text = rfc3339
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        // The calendar's first day was a Thursday.
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let fields = text.split { "-T:.Z".contains($0) }
        let day = Int(seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400)
        let month = Int(fields[1]) ?? 1
        return "\(days[((day % 7) + 7) % 7]), \(fields[2]) \(months[month - 1]) \(fields[0]) "
            + "\(fields[3]):\(fields[4]):\(fields[5]) +0000"
    }
}
