import Glibc
import TestClient
import TestSupport

extension Person {
    /// Uploads bytes as they are, and returns what is answered.
    func post(_ bytes: [UInt8], fields: [String] = [], query: String = "") throws -> HTTPAnswer {
        let client = try TCPClient(port: server.port)
        try client.send(uploadHead(bytes.count, fields, query))
        // Who is refused before the end is not waited for.
        _ = client.offer(bytes)
        guard let answer = try client.readAnswer() else { throw Program.Failure(description: "no answer") }
        return answer
    }

    func uploadHead(_ byteCount: Int, _ fields: [String] = [], _ query: String = "") -> String {
        ([
            "POST /api/v1/files\(query) HTTP/1.1", "Host: 127.0.0.1:\(server.port)", "Authorization: Bearer \(token)",
            "Content-Length: \(byteCount)",
        ] + fields + ["", ""]).joined(separator: "\r\n")
    }

    /// Uploads a file, and returns its id.
    func upload(_ bytes: [UInt8], name: String = "a.txt") throws -> String {
        let answer = try post(bytes, query: "?name=\(name)")
        guard answer.status == 201, let id = try answer.json()["id"] else {
            throw Program.Failure(description: "\(answer.status): \(answer.text)")
        }
        return id
    }

    func download(_ id: String, _ method: String = "GET", fields: [String] = []) throws -> HTTPAnswer {
        try server.call(method, "/api/v1/files/\(id)", token: token, fields: fields)
    }
}

extension RunningServer {
    /// Bytes of everything in the directory of uploaded files, and how many files that are.
    var stored: (count: Int, incoming: Int) {
        let files = data + "/files"
        let inner = Files.names(in: files).filter { $0 != "incoming" }.map { Files.names(in: "\(files)/\($0)").count }
        return (inner.reduce(0, +), Files.names(in: files + "/incoming").count)
    }

    /// Waits until the directory holds so many files and nothing is on its way.
    func comesToStore(_ count: Int) throws -> Bool {
        for _ in 1...200 {
            if stored == (count, 0) { return true }
            usleep(50_000)
        }
        return false
    }
}
