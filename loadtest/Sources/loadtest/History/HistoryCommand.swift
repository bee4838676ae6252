import Glibc

/// `loadtest history` and `loadtest audit`.
enum HistoryCommand {
    static func run(_ options: HistoryOptions, isAudit: Bool) throws(Failure) -> Int32 {
        guard let lines = File.read(options.tokensFile) else {
            throw Failure("\(options.tokensFile): \(Failure.words(errno))")
        }
        let tokens = Array(Tokens.read(lines).prefix(options.clients))
        guard tokens.count == options.clients else {
            throw Failure("\(options.clients) tokens are needed; \(options.tokensFile) has \(tokens.count)")
        }
        if isAudit { return try HistoryAudit.run(options, tokens) }
        try HistorySetup.run(options, tokens)
        return options.seconds == 0 ? 0 : try HistoryRun(options, tokens).run()
    }
}
