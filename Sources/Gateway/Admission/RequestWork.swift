internal import Wire

extension Admission.Work {
    /// What a request asks for; `nil` for what is answered however busy the server is: pages, health, and ending a
    /// login.
    init?(_ head: HTTPRequestHead) {
        let segments = head.segments
        guard segments.starts(with: ["api", "v1"]) else { return nil }
        switch head.method {
        case .options: return nil
        case _ where segments.dropFirst(2).first == "auth":
            if segments.last == "logout" { return nil }
            self = .newSession
        // What `identify` and `resume` are on the socket.
        case _ where segments.dropFirst(2).first == "events" || segments.dropFirst(2).first == "sync":
            self = .newSession
        case .get, .head: self = .read
        default: self = .change
        }
    }
}
