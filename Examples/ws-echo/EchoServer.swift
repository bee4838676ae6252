internal import Base
internal import Glibc
internal import Reactor
internal import Telemetry
internal import WSServer

/// `ws-echo`: a WebSocket server that sends everything back, until SIGTERM. The smallest one that can be built of the
/// server's own parts, and what the conformance suites are run against.
@main enum EchoServer {
    static func main() {
        guard let options = EchoOptions(CommandLine.arguments.dropFirst()) else { stop(2, EchoOptions.usage) }
        do {
            try run(options)
        } catch {
            stop(1, "ws-echo: \(error)")
        }
    }

    private static func run(_ options: EchoOptions) throws {
        var limits = Limits()
        limits.messageBytesMax = 16 << 20
        limits.httpBodyBytesMax = 16 << 20
        // Below that nothing is saved; above it an echo is for showing what compression does.
        limits.deflateBytesMin = 200
        let signals = try Signals()
        let certificates = try options.keyPair.map { try TLSContext([$0], limits: limits) }
        let configuration = ServerConfiguration(
            address: options.listen, loops: max(1, sysconf(CInt(_SC_NPROCESSORS_ONLN))),
            rules: ServerRules(limits: limits, certificates: certificates), log: Logger(level: .warning))
        let context = options.context
        let server = try Server<EchoHandler>(configuration)
        server.start { [limits] _, outlet in EchoHandler(outlet: outlet, limits: limits, context: context) }
        print("listening on \(certificates == nil ? "http" : "https")://\(server.address)")
        fflush(nil)
        while signals.next() != .terminate {}
        server.drain()
    }

    private static func stop(_ status: CInt, _ words: String) -> Never {
        let line = words + "\n"
        _ = write(STDERR_FILENO, line, line.utf8.count)
        exit(status)
    }
}
