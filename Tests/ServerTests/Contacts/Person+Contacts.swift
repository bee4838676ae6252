import Glibc
import TestClient

extension Person {
    /// Sends a file of contacts, and returns what is answered.
    func sendContacts(_ text: String, type: String = "text/csv", query: String = "") throws -> HTTPAnswer {
        let client = try TCPClient(port: server.port)
        let head = [
            "POST /api/v1/contacts/import\(query) HTTP/1.1", "Host: 127.0.0.1:\(server.port)",
            "Authorization: Bearer \(token)", "Content-Type: \(type)", "Content-Length: \(text.utf8.count)", "", "",
        ]
        try client.send(head.joined(separator: "\r\n"))
        // Who is refused before the end is not waited for.
        _ = client.offer(Array(text.utf8))
        guard let answer = try client.readAnswer() else { throw Program.Failure(description: "no answer") }
        return answer
    }

    /// The import's job, when it has ended.
    func importContacts(_ text: String, type: String = "text/csv", query: String = "") throws -> JSONText {
        let answer = try sendContacts(text, type: type, query: query)
        guard answer.status == 202, let location = answer["location"] else {
            throw Program.Failure(description: "\(answer.status): \(answer.text)")
        }
        return try ended(location)
    }

    /// A job when it has ended.
    func ended(_ location: String) throws -> JSONText {
        for _ in 1...1_500 {
            let job = try server.call("GET", location, token: token).json()
            guard ["queued", "running"].contains(job["state"] ?? "") else { return job }
            usleep(20_000)
        }
        throw Program.Failure(description: "\(location) does not end")
    }
}
