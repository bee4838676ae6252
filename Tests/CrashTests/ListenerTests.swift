import TestSupport
import Testing

extension CrashTests {
    @Suite("Listening") struct ListenerTests {
        /// In each loop the first connection cannot be accepted, and then the kernel has no memory for listening again.
        @Test(.timeLimit(.minutes(1)))
        func `goes on when the kernel has no memory for it at first`() throws {
            let traced = try Traced(
                TemporaryDirectory(),
                [
                    "trace=accept4,epoll_ctl", "inject=accept4:error=EMFILE:when=1",
                    "inject=epoll_ctl:error=ENOMEM:when=4..8",
                ])
            let port = try traced.server.port()
            // There may be no memory for a connection either.
            for _ in 0..<20 { _ = try? SocketClient(port: port) }
            for _ in 0..<20 { _ = try SocketClient(port: port) }
            #expect(traced.calls.contains { $0.contains("EPOLL_CTL_ADD") && $0.contains("ENOMEM") })
        }
    }
}
