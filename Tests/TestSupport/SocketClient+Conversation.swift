public import Base

extension SocketClient {
    /// Greets and identifies; gives the data of `ready`.
    public func identify(token: String) throws(ClientFailure) -> JSONElement {
        guard try message()["type"]?.isString("hello") == true else { throw .violation("no hello") }
        let ready = try ask("identify") { json in json.member("token", token) }
        guard ready["type"]?.isString("ready") == true, let data = ready["data"] else {
            throw .violation("not ready: \(String(decoding: ready.raw, as: UTF8.self))")
        }
        return data
    }

    /// Sends a command and gives its whole reply. Events that come before it go to `meanwhile`.
    public func ask(
        _ type: String, id: Int = 1, _ data: (inout JSONWriter) -> Void = { _ in },
        meanwhile: (JSONElement) -> Void = { _ in }
    ) throws(ClientFailure) -> JSONElement {
        try command(type, id: id, data)
        while true {
            let message = try message(within: 10_000)
            if message["id"]?.integer == Int64(id) { return message }
            meanwhile(message)
        }
    }

    /// Sends a command without waiting for its reply.
    public func command(
        _ type: String, id: Int, _ data: (inout JSONWriter) -> Void = { _ in }
    ) throws(ClientFailure) {
        try send { json in
            json.member("id", id)
            json.member("type", type)
            json.object("data", data)
        }
    }
}
