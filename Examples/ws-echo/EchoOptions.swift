internal import Reactor
internal import Wire

/// What the command line asks for.
struct EchoOptions {
    var listen = ListenAddress.internet(host: "127.0.0.1", port: 9001)
    /// With this, TLS is spoken.
    var keyPair: TLSContext.KeyPair?
    var context = DeflateAgreement.Context.dropped

    static let usage = """
        usage: ws-echo [--listen ADDR:PORT] [--tls-cert FILE --tls-key FILE] [--keep-context]

          --listen ADDR:PORT  where to listen (127.0.0.1:9001); port 0 takes any free one
          --tls-cert FILE     certificates in PEM form, the server's own first: speaks https and wss
          --tls-key FILE      the key of the first of them; give both or neither
          --keep-context      lets compressed messages refer to earlier ones, where the client agrees
        """

    /// `nil` when the words are none of the above.
    init?(_ words: ArraySlice<String>) {
        var words = words
        var certificate: String?, key: String?
        while let word = words.popFirst() {
            switch word {
            case "--listen":
                guard let text = words.popFirst(), let address = ListenAddress(text) else { return nil }
                listen = address
            case "--tls-cert":
                guard let file = words.popFirst() else { return nil }
                certificate = file
            case "--tls-key":
                guard let file = words.popFirst() else { return nil }
                key = file
            case "--keep-context":
                context = .kept
            default:
                return nil
            }
        }
        switch (certificate, key) {
        case (let certificate?, let key?): keyPair = TLSContext.KeyPair(certificate: certificate, key: key)
        case (nil, nil): break
        default: return nil
        }
    }
}
