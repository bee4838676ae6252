/// A stream of server-sent events, read with an understanding of chunks and lines of its own.
public final class EventStreamReader {
    public struct Event: Equatable, Sendable {
        public var name: String
        public var id: String?
        public var data: String
    }

    public enum Item: Equatable, Sendable {
        case event(Event)
        case comment(String)
        case retry(Int)
    }

    public let client: TCPClient
    public let answer: HTTPAnswer
    /// The body has come to the end that chunks have; a body without chunks never says so.
    public private(set) var isWhole = false
    /// What the body says and has not been looked at.
    private var text: [UInt8] = []
    private var event = Event(name: "", id: nil, data: "")
    private var hasData = false

    /// Sends a request, and reads the head of its answer.
    public init(over client: TCPClient, _ request: String) throws {
        self.client = client
        try client.send(request)
        guard let answer = try client.readAnswer() else { throw TCPClient.Failure("the request was not answered") }
        self.answer = answer
    }

    /// The next event; `nil` at the end of the body. What is no event is passed by.
    public func next() throws -> Event? {
        while let item = try nextItem() {
            if case .event(let event) = item { return event }
        }
        return nil
    }

    public func nextItem() throws -> Item? {
        while let line = try nextLine() {
            guard !line.isEmpty else {
                defer {
                    event = Event(name: "", id: nil, data: "")
                    hasData = false
                }
                guard hasData else { continue }
                return .event(event)
            }
            if line.hasPrefix(":") { return .comment(String(line.dropFirst().drop { $0 == " " })) }
            let name = line.prefix { $0 != ":" }
            var value = line.dropFirst(name.count + 1)
            if value.first == " " { value = value.dropFirst() }
            switch name {
            case "event": event.name = String(value)
            case "id": event.id = String(value)
            case "retry":
                guard let milliseconds = Int(value) else { throw TCPClient.Failure("retry: \(value)") }
                return .retry(milliseconds)
            case "data":
                event.data += (hasData ? "\n" : "") + value
                hasData = true
            default: throw TCPClient.Failure("an unknown field: \(line)")
            }
        }
        return nil
    }

    private func nextLine() throws -> String? {
        while true {
            if let end = text.firstIndex(of: 0x0A) {
                defer { text.removeSubrange(...end) }
                return String(decoding: text[..<end], as: UTF8.self)
            }
            guard try readMore() else { return nil }
        }
    }

    /// False when the body has ended, whether or not it says so.
    private func readMore() throws -> Bool {
        guard answer["transfer-encoding"] == "chunked" else {
            while client.buffered.isEmpty {
                guard try client.receiveMore() else { return false }
            }
            text += try client.read(client.buffered.count) ?? []
            return true
        }
        if isWhole { return false }
        var digits: [UInt8] = []
        while !digits.suffix(2).elementsEqual([0x0D, 0x0A]) {
            guard let byte = try client.read(1) else { return false }
            digits += byte
        }
        guard let size = Int(String(decoding: digits.dropLast(2), as: UTF8.self), radix: 16) else {
            throw TCPClient.Failure("no chunk: \(digits)")
        }
        guard let chunk = try client.read(size + 2) else { return false }
        guard chunk.suffix(2).elementsEqual([0x0D, 0x0A]) else { throw TCPClient.Failure("a chunk without its end") }
        if size == 0 { isWhole = true }
        text += chunk.dropLast(2)
        return size > 0
    }
}
