import Testing

/// What connections cost the server (a sanitizer's own bookkeeping would drown it, so its builds leave these out).
@Suite("TLS memory") struct TLSMemoryTests {
    private func kibibytes(of story: String) throws -> Double? {
        let server = try TLSServer()
        let told = try server.tell(
            """
            def resident():
                with open(f"/proc/{WORDS[0]}/status") as status:
                    return [int(line.split()[1]) for line in status if line.startswith("VmRSS")][0]
            chosen = context()
            for _ in range(8):
                ask(secure(chosen))
            before = resident()
            \(story)
            print((resident() - before) / len(peers))
            """, with: ["\(server.process.pid)"])
        return told.last.flatMap(Double.init)
    }

    @Test func `an idle connection takes less than forty kibibytes`() throws {
        let each = try kibibytes(
            of: "peers = [secure(chosen) for _ in range(400)]; print({ask(peer) for peer in peers})")
        #expect(try #require(each) < 40)
    }

    @Test func `a connection that has said nothing takes less than eight`() throws {
        let each = try kibibytes(of: "peers = [connect() for _ in range(900)]; time.sleep(0.5)")
        #expect(try #require(each) < 8)
    }

    @Test func `a ClientHello that announces sixteen megabytes is not waited for`() throws {
        let each = try kibibytes(
            of: """
                peers = [connect() for _ in range(400)]
                for peer in peers: peer.sendall(b"\\x16\\x03\\x01\\x40\\x00\\x01\\xff\\xff\\xff" + bytes(16380))
                print({drain(peer) for peer in peers})
                """)
        #expect(try #require(each) < 64)
    }
}
