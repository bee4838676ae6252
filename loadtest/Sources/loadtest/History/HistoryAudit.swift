/// Reads every channel to its end when all is over, and every user's markers.
enum HistoryAudit {
    private static let pageMax = 200

    static func run(_ options: HistoryOptions, _ tokens: [[UInt8]]) throws(Failure) -> Int32 {
        let file = try HistoryFile(path: options.outFile)
        var seen: Set<String> = []
        for token in tokens {
            let asked = Clock.now
            let conversation = try Conversation(endpoint: options.endpoint, token: token)
            let ready = conversation.ready
            guard !ready.isTrue("more_channels") else { throw Failure("a user has more channels than are listed") }
            for place in ready.elements("channels") {
                guard let channel = ready.string("channel", in: place) else { continue }
                var mark = HistoryEntry(.read, at: Clock.now)
                (mark.asked, mark.who, mark.channel, mark.state) = (asked, conversation.user, channel, .final)
                mark.number = ready.number("read_number", in: place) ?? 0
                file.write(mark)
                if seen.insert(channel).inserted { file.write(try log(of: channel, by: conversation)) }
            }
        }
        file.flush()
        guard !file.hasFailed else { throw Failure("\(options.outFile) cannot be written") }
        return 0
    }

    /// The log as pages tell it. Messages that the list of channels promises must be there, so that a page which ends
    /// too early is not the log.
    private static func log(of channel: String, by conversation: Conversation) throws(Failure) -> HistoryEntry {
        var entry = HistoryEntry(.final)
        entry.channel = channel
        var hasMore = true
        while hasMore {
            let after = entry.messages.last?.number ?? 0
            let page = try conversation.ask(
                "history.get", #"{"channel":"\#(channel)","after":\#(after),"limit":\#(pageMax)}"#)
            let messages = page.elements("messages").compactMap { page.part($0)?.message }
            entry.messages += messages
            hasMore = page.isTrue("has_more")
            guard !hasMore || !messages.isEmpty else { throw Failure("an empty page of channel \(channel) has more") }
        }
        entry.time = Clock.now
        return entry
    }
}
