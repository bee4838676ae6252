import Glibc
import TestClient
import Testing

@Suite("Out of descriptors") struct DescriptorTests {
    @Test func `the server waits instead of spinning, and takes new connections when others go`() throws {
        let server = try RunningServer(flags: ["--loops", "1"], descriptorsMax: 64)
        var clients: [TCPClient] = []
        for _ in 0..<80 { clients.append(try TCPClient(port: server.port)) }
        func complaints() -> Int { server.log.split(separator: "\n").count { $0.contains("left waiting") } }
        // What is looked for is that little happens, so that nothing can be waited for but time.
        usleep(1_000_000)
        #expect((1...8).contains(complaints()))
        clients = []
        #expect(try server.call("GET", "/health").status == 200)
    }
}
