internal import Auth
internal import Base
internal import Channels
internal import REST
internal import Wire

/// What the routes of channels share.
extension Services {
    /// Has a command decided in the caller's name. Who keeps order on the server does so here, and never by socket.
    func commit(_ command: Command, _ call: Call) async throws(APIError) -> Outcome {
        let authority: Authority = call.caller?.permissions.contains(.moderate) == true ? .moderator : .member
        switch await journal.commit(Proposal(user: try call.user(), command: command, authority: authority)) {
        case .success(let outcome): return outcome
        case .failure(let rejection): throw APIError(rejection)
        }
    }
}

/// A rejection as a request is told of it.
@discardableResult
func refusing<Value>(_ body: () throws(Rejection) -> Value) throws(APIError) -> Value {
    do throws(Rejection) { return try body() } catch { throw APIError(error) }
}

extension APIError {
    /// An outcome of another command than the one that was handed over: our own mistake.
    static let unexpected = APIError(Rejection(.internal, "the server failed"))
}

extension Route.Answer {
    static let noChannel = Route.Answer(404, nil, "there is no such channel, or the caller is no member")
}

extension HTTPResponse {
    /// Messages, and whether there are more in the direction of paging.
    static func messages(_ page: (messages: [MessageView], hasMore: Bool)) -> HTTPResponse {
        .json { json in
            json.object { json in
                json.array("items") { json in
                    for element in page.messages { element.write(to: &json) }
                }
                json.member("has_more", page.hasMore)
                json.member("next_cursor", orNull: nil as String?)
            }
        }
    }

    /// Where a channel's log stands after a change.
    static func changed(_ outcome: Outcome) throws(APIError) -> HTTPResponse {
        guard case .changed(let channel, let seq) = outcome else { throw APIError.unexpected }
        return .json { json in
            json.object { json in
                json.member("channel", channel)
                json.member("seq", seq)
            }
        }
    }
}
