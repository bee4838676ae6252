import Glibc
import Reactor
import Testing

@Suite("Socket") struct SocketTests {
    private func error(_ body: () throws(SystemError) -> Void) -> SystemError? {
        do throws(SystemError) {
            try body()
            return nil
        } catch {
            return error
        }
    }

    @Test func `a probe refuses a port that somebody listens on, and passes a free one`() throws {
        let listener = try Socket.listen(on: .internet(host: "127.0.0.1", port: 0))
        let address = ListenAddress.internet(host: "127.0.0.1", port: try Socket.localPort(of: listener))
        let refusal = error { () throws(SystemError) in try Socket.probe(address) }
        #expect(refusal == SystemError("bind", code: EADDRINUSE))
        close(listener.release())
        #expect(error { () throws(SystemError) in try Socket.probe(address) } == nil)
    }

    @Test func `several loops listen on one port`() throws {
        let first = try Socket.listen(on: .internet(host: "127.0.0.1", port: 0))
        let port = try Socket.localPort(of: first)
        let second = try Socket.listen(on: .internet(host: "127.0.0.1", port: port))
        #expect(try Socket.localPort(of: second) == port)
    }

    @Test(arguments: ["nowhere.invalid", "300.1.1.1", ""]) func `a host that is none is refused`(host: String) {
        let refusal = error { () throws(SystemError) in
            _ = try Socket.listen(on: .internet(host: host, port: 0))
        }
        #expect(refusal == SystemError("getaddrinfo", code: EINVAL) || host.isEmpty)
    }

    @Test func `a Unix socket is its owner's alone, and carries bytes`() throws {
        var template = Array("/tmp/confab-socket-XXXXXX".utf8CString)
        let directory = try #require(mkdtemp(&template).map { String(cString: $0) })
        let path = directory + "/s"
        defer {
            unlink(path)
            rmdir(directory)
        }
        let listener = try Socket.listen(on: .unix(path: path))
        var status = stat()
        #expect(stat(path, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)

        let client = try Socket.connect(path: path)
        let accepted = try Socket.accept(from: listener.raw)
        guard let accepted else {
            Issue.record("nothing to accept")
            return
        }
        #expect(accepted.address == nil)
        let server = accepted.takeSocket()
        #expect(Array("hello".utf8).withUnsafeBytes { Socket.send($0, to: client.raw) } == .bytes(5))
        var received = [UInt8](repeating: 0, count: 16)
        #expect(received.withUnsafeMutableBytes { Socket.receive(from: server.raw, into: $0) } == .bytes(5))
        #expect(received.prefix(5).elementsEqual("hello".utf8))
        #expect(received.withUnsafeMutableBytes { Socket.receive(from: server.raw, into: $0) } == .wouldBlock)
        Socket.shutDownSending(client.raw)
        #expect(received.withUnsafeMutableBytes { Socket.receive(from: server.raw, into: $0) } == .end)
    }

    @Test func `a path that is too long is refused before anything is made`() {
        let path = "/tmp/" + String(repeating: "x", count: 200)
        let refusal = error { () throws(SystemError) in _ = try Socket.listen(on: .unix(path: path)) }
        #expect(refusal?.code == ENAMETOOLONG)
    }
}
