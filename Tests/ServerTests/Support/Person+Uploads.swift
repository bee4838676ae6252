import TestClient
import TestSupport

/// tus 1.0, word by word.
extension Person {
    static let uploads = "/api/v1/files/uploads"
    static let pieceType = "application/offset+octet-stream"

    /// One request with what every request of tus has.
    func tus(
        _ method: String, _ path: String, _ fields: [String] = [], body: [UInt8]? = nil,
        version: String? = "Tus-Resumable: 1.0.0"
    ) throws -> HTTPAnswer {
        let client = try TCPClient(port: server.port)
        try client.send(tusHead(method, path, fields, byteCount: body?.count, version: version))
        if let body { _ = client.offer(body) }
        guard let answer = try client.readAnswer(isForHead: method == "HEAD") else {
            throw Program.Failure(description: "\(method) \(path) was not answered")
        }
        return answer
    }

    func tusHead(
        _ method: String, _ path: String, _ fields: [String] = [], byteCount: Int? = nil,
        version: String? = "Tus-Resumable: 1.0.0"
    ) -> String {
        var lines = ["\(method) \(path) HTTP/1.1", "Host: 127.0.0.1:\(server.port)", "Authorization: Bearer \(token)"]
        if let version { lines.append(version) }
        if let byteCount { lines.append("Content-Length: \(byteCount)") }
        return (lines + fields + ["", ""]).joined(separator: "\r\n")
    }

    /// Begins an upload, and returns where it is.
    func beginUpload(_ byteCount: Int, _ fields: [String] = []) throws -> String {
        let answer = try tus("POST", Self.uploads, ["Upload-Length: \(byteCount)"] + fields)
        guard answer.status == 201, let place = answer["location"] else {
            throw Program.Failure(description: "\(answer.status): \(answer.text)")
        }
        return place
    }

    func addPiece(_ bytes: [UInt8], to place: String, at offset: Int, _ fields: [String] = []) throws -> HTTPAnswer {
        try tus(
            "PATCH", place, ["Upload-Offset: \(offset)", "Content-Type: \(Self.pieceType)"] + fields, body: bytes)
    }

    /// How much of an upload is there.
    func offset(of place: String) throws -> Int? { try tus("HEAD", place)["upload-offset"].flatMap { Int($0) } }
}
