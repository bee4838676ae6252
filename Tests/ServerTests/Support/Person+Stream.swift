import TestClient

extension Person {
    /// A request for the stream of events.
    func streamRequest(
        _ method: String = "GET", query: String = "", version: String = "1.1", fields: [String] = []
    ) -> String {
        ([
            "\(method) /api/v1/events\(query) HTTP/\(version)", "Host: 127.0.0.1:\(server.port)",
            "Authorization: Bearer \(token)",
        ] + fields + ["", ""]).joined(separator: "\r\n")
    }

    /// What is answered to it.
    func openStream(
        query: String = "", version: String = "1.1", fields: [String] = [], receiveBufferBytes: Int? = nil
    ) throws -> EventStreamReader {
        try EventStreamReader(
            over: try TCPClient(port: server.port, receiveBufferBytes: receiveBufferBytes),
            streamRequest(query: query, version: version, fields: fields))
    }

    /// A stream that has begun.
    func stream(query: String = "", version: String = "1.1", receiveBufferBytes: Int? = nil) throws -> ChatStream {
        try ChatStream(
            try openStream(query: query, version: version, receiveBufferBytes: receiveBufferBytes))
    }
}

/// A stream of events that says who listens and where everything stands.
struct ChatStream {
    let reader: EventStreamReader
    /// `data` of its first event.
    let ready: JSONText

    init(_ reader: EventStreamReader) throws {
        self.reader = reader
        guard reader.answer.status == 200 else {
            throw Program.Failure(description: "the stream was answered \(reader.answer.status)")
        }
        guard let first = try reader.next(), first.name == "ready" else {
            throw Program.Failure(description: "no ready")
        }
        ready = try JSONText(Array(first.data.utf8))
    }

    /// The next event of a type, as JSON; others before it are passed by.
    func event(_ name: String) throws -> JSONText {
        while let event = try reader.next() {
            if event.name == name { return try JSONText(Array(event.data.utf8)) }
        }
        throw Program.Failure(description: "the stream ended before \(name)")
    }

    /// The last event's data, when the body ends properly behind it.
    func end() throws -> JSONText {
        let close = try event("close")
        guard try reader.next() == nil, reader.isWhole || reader.answer["transfer-encoding"] == nil,
            try reader.client.readToEnd().isEmpty
        else { throw Program.Failure(description: "the stream goes on behind its end") }
        return close
    }
}
