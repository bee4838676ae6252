internal import Reactor
internal import Wire

/// What the command line asks for.
struct EchoOptions {
    var listen = ListenAddress.internet(host: "127.0.0.1", port: 9001)
    var context = DeflateAgreement.Context.dropped

    static let usage = """
        usage: ws-echo [--listen ADDR:PORT] [--keep-context]

          --listen ADDR:PORT  where to listen (127.0.0.1:9001); port 0 takes any free one
          --keep-context      lets compressed messages refer to earlier ones, where the client agrees
        """

    /// `nil` when the words are none of the above.
    init?(_ words: ArraySlice<String>) {
        var words = words
        while let word = words.popFirst() {
            switch word {
            case "--listen":
                guard let text = words.popFirst(), let address = ListenAddress(text) else { return nil }
                listen = address
            case "--keep-context":
                context = .kept
            default:
                return nil
            }
        }
    }
}
