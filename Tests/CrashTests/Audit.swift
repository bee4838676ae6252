import Base
import TestSupport

/// The whole log of a channel as one member reads it, page by page, in three ways.
struct Audit {
    let channel: String
    private(set) var messages: [Numbered] = []
    private(set) var faults: [String] = []

    init(of channel: String, by token: String, port: UInt16) throws {
        self.channel = channel
        let client = try SocketClient(port: port)
        _ = try client.identify(token: token)
        messages = try forward(client)
        let backward = try backward(client), replayed = try events(client)
        if backward != messages { faults.append("pages of \(channel) differ by direction") }
        if replayed != messages { faults.append("events and pages of \(channel) differ") }
        if messages.indices.contains(where: { messages[$0].number != Int64($0) + 1 }) {
            faults.append("the numbers of \(channel) are not 1 to \(messages.count)")
        }
    }

    private func forward(_ client: SocketClient) throws(ClientFailure) -> [Numbered] {
        var all: [Numbered] = [], hasMore = true
        while hasMore {
            let page = try page(client, "after", all.last?.number ?? 0)
            all += page.messages
            hasMore = page.hasMore && !page.messages.isEmpty
        }
        return all
    }

    private func backward(_ client: SocketClient) throws(ClientFailure) -> [Numbered] {
        var all: [Numbered] = [], hasMore = true
        while hasMore {
            let page = try page(client, "before", all.first?.number ?? .max)
            all = page.messages + all
            hasMore = page.hasMore && !page.messages.isEmpty
        }
        return all
    }

    private func page(
        _ client: SocketClient, _ direction: StaticString, _ number: Int64
    ) throws(ClientFailure) -> (messages: [Numbered], hasMore: Bool) {
        let reply = try client.ask("history.get") { json in
            json.member("channel", channel)
            json.member(direction, number)
            json.member("limit", 200)
        }
        guard let data = reply["data"], let list = data["messages"]?.elements, let hasMore = data["has_more"]?.bool
        else { throw .violation(String(decoding: reply.raw, as: UTF8.self)) }
        return (list.compactMap { Numbered($0) }, hasMore)
    }

    /// Every event of the log; their places must be dense.
    private mutating func events(_ client: SocketClient) throws(ClientFailure) -> [Numbered] {
        var all: [Numbered] = [], last: Int64 = 0, hasMore = true
        while hasMore {
            let reply = try client.ask("events.get") { json in
                json.member("channel", channel)
                json.member("after_seq", last)
                json.member("limit", 1_000)
            }
            guard let data = reply["data"], let list = data["events"]?.elements, let more = data["has_more"]?.bool
            else {
                throw .violation(String(decoding: reply.raw, as: UTF8.self))
            }
            for event in list {
                if event["seq"]?.integer != last + 1 { faults.append("\(channel) has no event \(last + 1)") }
                last = event["seq"]?.integer ?? last
                if let message = Numbered(event) { all.append(message) }
            }
            hasMore = more && !list.isEmpty
        }
        return all
    }
}
