import TestClient
import TestSupport

extension Person {
    /// Somebody with a role, as the operator makes them.
    static func staff(_ name: String, _ role: String, on server: RunningServer) throws -> Person {
        let place = TemporaryDirectory(), file = place.path + "/users.jsonl"
        Files.write(
            #"{"username":"\#(name)","password":"\#(password)","role":"\#(role)"}"# + "\n", to: file)
        let ended = try Program.run(["user", "import", file, "--dev", "--data", server.data])
        guard ended.status == 0 else { throw Program.Failure(description: ended.complaints) }
        return try Person(loggingInAs: name, on: server)
    }

    /// Somebody with a role, whose name does not matter.
    static func staff(_ role: String, on server: RunningServer) throws -> Person {
        try staff("s-\(role)", role, on: server)
    }

    /// What a request's refusal names, as pointer and code.
    func fault(_ method: String, _ path: String, _ body: String) throws -> String {
        let answer = try call(method, path, body), json = try answer.json()
        return "\(answer.status) \(json["errors.0.pointer"] ?? "?") \(json["errors.0.code"] ?? "?")"
    }
}
