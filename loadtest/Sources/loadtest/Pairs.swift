/// W1: pairs of users who write to one another in their direct channels, all at the same time.
enum Pairs {
    static func run(_ options: Options, tokens: [[UInt8]]) throws(Failure) -> Report {
        let needed = 2 * options.pairs
        guard tokens.count >= needed else {
            throw Failure("\(options.pairs) pairs need \(needed) tokens; \(options.tokensFile) has \(tokens.count)")
        }
        let fleet = try Fleet(endpoint: options.endpoint)
        try fleet.connect(Array(tokens[..<needed]))
        try fleet.requireDistinctUsers()
        let firsts = stride(from: 0, to: needed, by: 2).map { fleet.clients[$0] }
        try ChannelSetup(fleet: fleet).run(
            firsts.map { first in
                let other = fleet.clients[first.index + 1]
                return (first, "channel.open", Array(#"{"user":""#.utf8) + other.user + Array(#""}"#.utf8))
            })
        for first in firsts { fleet.clients[first.index + 1].channel = first.channel }

        let traffic = Traffic(
            fleet: fleet, senders: fleet.clients, members: fleet.clients, receiversPerMessage: 1, options: options)
        try traffic.run(options: options)
        fleet.close()
        return Report(
            traffic.figures, faults: fleet.faults, options: options, connections: needed,
            size: Report.Entry("pairs", "pairs", .whole(options.pairs)))
    }
}
