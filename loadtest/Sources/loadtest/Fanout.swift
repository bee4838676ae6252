/// W2: one user writes into one group channel, and everybody else in it is connected and listening.
enum Fanout {
    static func run(_ options: Options, tokens: [[UInt8]]) throws(Failure) -> Report {
        let needed = options.receivers + 1
        guard tokens.count >= needed else {
            throw Failure(
                "\(options.receivers) receivers and a sender need \(needed) tokens;"
                    + " \(options.tokensFile) has \(tokens.count)")
        }
        let fleet = try Fleet(endpoint: options.endpoint)
        try fleet.connect(Array(tokens[..<needed]))
        try fleet.requireDistinctUsers()
        let publisher = fleet.clients[0]
        let others = fleet.clients.dropFirst().map { [UInt8(ascii: "\"")] + $0.user + [UInt8(ascii: "\"")] }
        let data =
            Array(#"{"name":"load test","members":["#.utf8) + others.joined(separator: [UInt8(ascii: ",")])
            + Array("]}".utf8)
        try ChannelSetup(fleet: fleet).run([(publisher, "channel.create", data)])
        for client in fleet.clients { client.channel = publisher.channel }

        let traffic = Traffic(
            fleet: fleet, senders: [publisher], members: fleet.clients, receiversPerMessage: options.receivers,
            options: options)
        try traffic.run(options: options)
        fleet.close()
        return Report(
            traffic.figures, faults: fleet.faults, options: options, connections: needed,
            size: Report.Entry("receivers", "receivers", .whole(options.receivers)))
    }
}
