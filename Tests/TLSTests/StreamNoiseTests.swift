import Base
import Glibc
import Reactor
import Testing

/// The stream by itself, without a socket: whatever bytes come, it answers or fails, and keeps its bounds.
@Suite("TLS stream") struct StreamNoiseTests {
    private let directory: TestDirectory
    private let context: TLSContext

    init() throws {
        directory = try TestDirectory()
        try directory.makeCertificate("localhost", for: TLSServer.localhost)
        context = try TLSContext(
            [TLSContext.KeyPair(certificate: directory.file("localhost.crt"), key: directory.file("localhost.key"))],
            limits: Limits())
    }

    /// A real ClientHello, as Python's `ssl` begins.
    private func hello() throws -> [UInt8] {
        let told = try Program.run(
            [
                "python3", "-c",
                """
                import ssl
                client = ssl.create_default_context().wrap_bio(
                    ssl.MemoryBIO(), out := ssl.MemoryBIO(), server_hostname="localhost")
                try:
                    client.do_handshake()
                except ssl.SSLWantReadError:
                    print(list(out.read()))
                """,
            ], in: directory)
        return told.text.split { !$0.isNumber }.compactMap { UInt8($0) }
    }

    private func receive(_ bytes: some Collection<UInt8>, on stream: TLSStream) -> TLSStream.Outcome {
        withUnsafeTemporaryAllocation(byteCount: TLSStream.recordBytesMax, alignment: 16) { scratch in
            Array(bytes).withUnsafeBytes { stream.receive($0, through: scratch) { _ in } }
        }
    }

    @Test func `a hello is answered however it is cut`() throws {
        let hello = try hello()
        try #require(hello.count > 100)
        for size in [1, 2, 3, 5, 7, 64, hello.count] {
            let stream = try #require(TLSStream(context))
            for start in stride(from: 0, to: hello.count, by: size) {
                #expect(stream.unsentByteCount == 0)
                #expect(receive(hello[start..<min(start + size, hello.count)], on: stream) == .open)
            }
            #expect(stream.unsentByteCount > 500)
            #expect(!stream.isEstablished && !stream.canSend)
        }
    }

    @Test func `a hello with any byte changed is answered or fails`() throws {
        let hello = try hello()
        var failures = 0
        for index in hello.indices {
            for change: UInt8 in [1, 0x80, 0xFF] {
                let stream = try #require(TLSStream(context))
                var changed = hello
                changed[index] ^= change
                if case .failed(let why) = receive(changed, on: stream) {
                    failures += 1
                    #expect(!why.isEmpty)
                    // What comes after a failure changes nothing.
                    if case .failed = receive(hello, on: stream) {} else { Issue.record("came to life at \(index)") }
                }
                #expect(!stream.isEstablished && stream.encrypt(UnsafeRawBufferPointer(start: nil, count: 0)) == 0)
                stream.close()
            }
        }
        #expect(failures > 100)
    }

    @Test func `noise never traps and is answered by an alert at most`() throws {
        var random = RandomSource(seed: 11)
        for _ in 0..<2_000 {
            let stream = try #require(TLSStream(context))
            var noise = random.bytes(Int.random(in: 1...600, using: &random))
            if Bool.random(using: &random) {
                // A header that promises a handshake, so that the noise gets further.
                noise.insert(contentsOf: [0x16, 3, 1, UInt8(noise.count >> 8), UInt8(noise.count & 0xFF), 1], at: 0)
            }
            _ = receive(noise, on: stream)
            #expect(stream.unsentByteCount < 64)
        }
    }

    @Test func `a request without TLS is told from a hello`() {
        for method in ["GET / HTTP/1.1", "PUT", "O"] {
            #expect(Array(method.utf8).withUnsafeBytes { TLSStream.isPlainRequest($0) })
        }
        for first: [UInt8] in [[], [0x16, 3, 1], [0x80, 0x2E], [0], [0x61], [0xFF]] {
            #expect(!first.withUnsafeBytes { TLSStream.isPlainRequest($0) })
        }
    }
}
