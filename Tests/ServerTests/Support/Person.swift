import TestClient

/// Somebody with an account.
struct Person {
    static let password = "correct horse battery"

    let server: RunningServer
    let id: String
    let name: String
    var token: String
    var refresh: String

    init(_ name: String, on server: RunningServer) throws {
        let answer = try server.call(
            "POST", "/api/v1/auth/register", #"{"username":"\#(name)","password":"\#(Self.password)"}"#)
        self = try Person(name, on: server, answer)
    }

    /// The same person by another login.
    func loggedInAgain() throws -> Person {
        try Person(loggingInAs: name, on: server)
    }

    /// Somebody who has an account already.
    init(loggingInAs name: String, on server: RunningServer) throws {
        let answer = try server.call(
            "POST", "/api/v1/auth/login", #"{"login":"\#(name)","password":"\#(Self.password)"}"#)
        self = try Person(name, on: server, answer)
    }

    private init(_ name: String, on server: RunningServer, _ answer: HTTPAnswer) throws {
        let json = try answer.json()
        guard let id = json["user.id"], let token = json["access_token"], let refresh = json["refresh_token"] else {
            throw Program.Failure(description: "\(answer.status): \(answer.text)")
        }
        self.server = server
        self.name = name
        self.id = id
        self.token = token
        self.refresh = refresh
    }

    func call(_ method: String, _ path: String, _ body: String? = nil) throws -> HTTPAnswer {
        try server.call(method, "/api/v1" + path, token: token, body)
    }

    /// Opens the direct channel with somebody.
    func direct(with other: Person) throws -> String {
        let answer = try call("PUT", "/direct/\(other.id)")
        guard let channel = try answer.json()["channel"] else {
            throw Program.Failure(description: "\(answer.status): \(answer.text)")
        }
        return channel
    }

    /// A socket that has identified itself.
    func socket(receiveBufferBytes: Int? = nil) throws -> ChatSocket {
        let socket = try ChatSocket(on: server, receiveBufferBytes: receiveBufferBytes)
        try socket.identify(token)
        return socket
    }
}
