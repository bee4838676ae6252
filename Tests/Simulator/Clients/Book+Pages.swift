import Base

extension Book {
    /// A page of a channel's messages: in their order, each as it was committed, for those alone who may see it, and
    /// with all of those between the first and the last that its reader may see.
    func showsPage(_ messages: [JSONElement], of channel: String, to user: Int) {
        var last: Int64?
        for message in messages {
            guard let number = message["message_number"]?.integer else { return fault("a page without numbers") }
            let name = message["client_msg_id"]?.string
            if let found = chronicle.fault(showing: number, named: name, of: channel, to: user) { fault(found) }
            if let last {
                if number <= last { fault("a page goes from \(last) to \(number)") }
                let left = (last..<number).dropFirst().first { chronicle.mustSee(message: $0, of: channel, user) }
                if let left { fault("a page of \(channel) leaves out \(left)") }
            }
            last = number
        }
    }
}
