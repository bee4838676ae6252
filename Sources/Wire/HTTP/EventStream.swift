/// Writes server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html): blocks of lines, each
/// block ended by an empty line, and no empty line within one.
public enum EventStream {
    public static let contentType = "text/event-stream"

    /// What stands above an event's data. Neither may hold a line end.
    public struct Label: Equatable, Sendable {
        /// What clients choose their listeners by; without a name it is `message` to them.
        public var name: [UInt8]
        /// What a client says when it connects again, so that it was told everything up to there.
        public var id: [UInt8]

        public init(name: [UInt8] = [], id: [UInt8] = []) {
            self.name = name
            self.id = id
        }

        public init(_ name: StaticString) {
            self.init(name: Array(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)))
        }
    }

    /// One event. Data of several lines comes back as it was, but that each line ends by a line feed.
    public static func event(_ label: Label, data: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(label.name.count + label.id.count + data.count + 24)
        if !label.name.isEmpty { append("event: ", label.name[...], to: &bytes) }
        if !label.id.isEmpty { append("id: ", label.id[...], to: &bytes) }
        if data.contains(.lineFeed) || data.contains(.carriageReturn) {
            for line in data.split(whereSeparator: { $0 == .lineFeed || $0 == .carriageReturn }) {
                append("data: ", line, to: &bytes)
            }
        } else {
            append("data: ", data[...], to: &bytes)
        }
        bytes.append(.lineFeed)
        return bytes
    }

    /// A comment: it keeps alive what lies between, and shows whether the client is still there.
    public static let ping = Array(": ping\n\n".utf8)

    /// A line for the beginning of an event: how long a client that was cut off is to wait before it connects again.
    /// By itself it would be an event without data to some clients.
    public static func retry(afterMilliseconds milliseconds: Int) -> [UInt8] {
        Array("retry: \(milliseconds)\n".utf8)
    }

    private static func append(_ field: StaticString, _ value: ArraySlice<UInt8>, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: field.utf8Start, count: field.utf8CodeUnitCount))
        bytes.append(contentsOf: value)
        bytes.append(.lineFeed)
    }
}
