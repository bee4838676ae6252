internal import Base
internal import Wire

extension EventStream.Label {
    /// Read off a message of our own making: its `type`, and for what is numbered its `channel` and `seq`, or the last
    /// of a run (`to_seq`). All of them stand before `data`.
    init(of message: [UInt8]) {
        var scan = Scan(bytes: message)
        var channel: ArraySlice<UInt8>?, seq: ArraySlice<UInt8>?
        self.init()
        while let (member, value) = scan.next() {
            if member.elementsEqual("type".utf8) {
                name = Array(value)
            } else if member.elementsEqual("channel".utf8) {
                channel = value
            } else if member.elementsEqual("seq".utf8) || member.elementsEqual("to_seq".utf8) {
                seq = value
            }
        }
        if let channel, let seq { id = Array(channel) + [UInt8(ascii: ":")] + Array(seq) }
    }

    /// The members of an object one after another, as long as their values are plain.
    private struct Scan {
        let bytes: [UInt8]
        /// At the brace or comma before a member.
        var index = 0

        mutating func next() -> (name: ArraySlice<UInt8>, value: ArraySlice<UInt8>)? {
            guard index < bytes.count, bytes[index] != UInt8(ascii: "}") else { return nil }
            index += 1
            guard let name = text(), index < bytes.count, bytes[index] == UInt8(ascii: ":") else { return nil }
            index += 1
            guard let value = text() ?? word() else { return nil }
            return (name, value)
        }

        /// What stands between quotes.
        private mutating func text() -> ArraySlice<UInt8>? {
            guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else { return nil }
            let rest = bytes[(index + 1)...]
            guard let end = rest.firstIndex(of: UInt8(ascii: "\"")) else { return nil }
            index = end + 1
            return rest[..<end]
        }

        /// A number, or `true`.
        private mutating func word() -> ArraySlice<UInt8>? {
            guard index < bytes.count, bytes[index] != UInt8(ascii: "{"), bytes[index] != UInt8(ascii: "[") else {
                return nil
            }
            let rest = bytes[index...]
            let end = rest.firstIndex { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "}") } ?? rest.endIndex
            index = end
            return rest[..<end]
        }
    }
}

extension SessionClose {
    /// The last event of a stream: what the close frame of a socket says.
    func event(retryAfterMilliseconds: Int? = nil) -> [UInt8] {
        let data = JSONWriter.object { json in
            json.member("code", Int(code))
            json.member("reason", "\(name)")
            if let retryAfterMilliseconds { json.member("retry_after_ms", retryAfterMilliseconds) }
        }
        let retry = retryAfterMilliseconds.map { EventStream.retry(afterMilliseconds: $0) } ?? []
        return retry + EventStream.event(EventStream.Label("close"), data: data)
    }
}

// MARK: Forms

extension SharedFrame {
    /// The message for one peer, as that takes it.
    mutating func form(for form: Seat.Form, by compressor: inout SharedCompressor) -> [UInt8] {
        switch form {
        case .socket(let deflate): self.form(for: deflate, by: &compressor)
        case .stream(let framing): piece(framing) { EventStream.Label(of: $0) }
        }
    }
}

extension SharedCompressor {
    /// A message that has one receiver.
    mutating func frame(_ message: [UInt8], for form: Seat.Form) -> [UInt8] {
        var shared = SharedFrame.text(message)
        return shared.form(for: form, by: &self)
    }
}
