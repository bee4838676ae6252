import Testing

/// Whom the server speaks to, and how: tried by clients that were not written for it.
@Suite("TLS handshake") struct HandshakeTests {
    @Test func `curl trusts the certificate and speaks HTTP/1.1`() throws {
        let server = try TLSServer()
        let answer = try Program.run(
            [
                "curl", "--silent", "--show-error", "--noproxy", "*", "--http2", "--cacert",
                server.directory.file("localhost.crt"), "--output", "/dev/null", "--write-out",
                "%{http_code} %{http_version} %{ssl_verify_result} %{scheme}", "\(server.url)/health",
            ], in: server.directory)
        #expect(answer.text == "200 1.1 0 HTTPS")
    }

    @Test(arguments: ["TLSv1_2", "TLSv1_3"], [TestDirectory.ecdsa, TestDirectory.rsa])
    func `both versions are spoken with both kinds of key`(version: String, key: [String]) throws {
        let directory = try TestDirectory()
        try directory.makeCertificate("localhost", for: TLSServer.localhost, key: key)
        let server = try TLSServer(directory, showing: ["localhost"])
        let told = try server.tell(
            """
            chosen = context()
            chosen.minimum_version = chosen.maximum_version = getattr(ssl.TLSVersion, WORDS[0])
            with secure(chosen) as one:
                print(one.version(), ask(one), "GCM" in one.cipher()[0] or one.cipher()[0])
            """, with: [version])
        #expect(told == ["\(version.replacing("_", with: ".")) 200 True"])
    }

    @Test(arguments: ["TLSv1", "TLSv1_1"]) func `older versions are refused`(version: String) throws {
        let told = try TLSServer().tell(
            """
            import warnings
            warnings.simplefilter("ignore")
            chosen = context()
            chosen.set_ciphers("ALL:@SECLEVEL=0")
            chosen.minimum_version = chosen.maximum_version = getattr(ssl.TLSVersion, WORDS[0])
            try:
                print(secure(chosen).version())
            except ssl.SSLError as error:
                print(error.reason)
            """, with: [version])
        #expect(told == ["TLSV1_ALERT_PROTOCOL_VERSION"])
    }

    @Test(arguments: [
        "AES128-GCM-SHA256", "ECDHE+AES+SHA256:!AESGCM", "ECDHE+AES+SHA1", "DHE+AESGCM", "AESCCM", "aNULL",
    ])
    func `suites without authenticated encryption or keys of their own are refused`(suites: String) throws {
        let told = try TLSServer().tell(
            """
            chosen = context()
            chosen.maximum_version = ssl.TLSVersion.TLSv1_2
            chosen.set_ciphers(WORDS[0] + ":@SECLEVEL=0")
            try:
                print(secure(chosen).cipher())
            except ssl.SSLError as error:
                print(error.reason)
            """, with: [suites])
        #expect(told == ["SSLV3_ALERT_HANDSHAKE_FAILURE"])
    }

    @Test(arguments: ["TLSv1_2", "TLSv1_3"]) func `a session is resumed by its ticket`(version: String) throws {
        let told = try TLSServer(loops: 2).tell(
            """
            chosen = context()
            chosen.minimum_version = chosen.maximum_version = getattr(ssl.TLSVersion, WORDS[0])
            with secure(chosen) as one:
                ask(one)
                print(one.session_reused, one.session.has_ticket)
                session = one.session
            # The kernel puts each on one of two loops: either opens the other's tickets.
            for _ in range(6):
                with secure(chosen, session=session) as again:
                    ask(again)
                    print(again.session_reused)
                    session = again.session
            """, with: [version])
        #expect(told == ["False True"] + Array(repeating: "True", count: 6))
    }

    @Test func `of the protocols that a client offers HTTP/1.1 is taken, and others alone are refused`() throws {
        let told = try TLSServer().tell(
            """
            for offer in ["h2", "http/1.1"], ["h2"], ["http/1.1", "h3"]:
                chosen = context()
                chosen.set_alpn_protocols(offer)
                try:
                    print(secure(chosen).selected_alpn_protocol())
                except ssl.SSLError as error:
                    print("refused" if "no application protocol" in str(error) else error)
            print(secure().selected_alpn_protocol())
            """)
        #expect(told == ["http/1.1", "refused", "http/1.1", "None"])
    }

    @Test func `the certificate is the one made out to the name that the client asks for`() throws {
        let directory = try TestDirectory()
        try directory.makeCertificate("localhost", for: TLSServer.localhost)
        try directory.makeCertificate("chat", for: ["chat.example", "talk.example"], key: TestDirectory.rsa)
        try directory.makeCertificate("wild", for: ["*.school.example"])
        let server = try TLSServer(directory, showing: ["localhost", "chat", "wild"])
        let told = try server.tell(
            """
            authorities = context()
            for other in WORDS:
                authorities.load_verify_locations(other)
            authorities.check_hostname = False
            schools = ["a.school.example", "a.b.school.example"]
            for host in ["localhost", "chat.example", "TALK.example", *schools, "elsewhere", None]:
                with secure(authorities, host) as one:
                    print(dict(one.getpeercert()["subject"][0])["commonName"], ask(one))
            # A ticket of one name does not open another's door unseen.
            authorities.maximum_version = ssl.TLSVersion.TLSv1_3
            with secure(authorities, "chat.example") as one:
                ask(one)
                session = one.session
            with secure(authorities, "chat.example", session) as again:
                print(ask(again), again.session_reused)
            """, with: [directory.file("chat.crt"), directory.file("wild.crt")])
        #expect(
            told == [
                "localhost 200", "chat.example 200", "chat.example 200", "*.school.example 200", "localhost 200",
                "localhost 200", "localhost 200", "200 True",
            ])
    }

    @Test func `renegotiation is refused, nothing is compressed, and early data is not offered`() throws {
        let server = try TLSServer()
        func talk(_ version: String, _ words: String) throws -> String {
            let client = "openssl s_client \(version) -connect 127.0.0.1:\(server.port) 2>&1"
            return try Program.run(
                ["sh", "-c", "(sleep 0.5; \(words) sleep 0.5) | \(client)"], in: server.directory
            ).text
        }
        let older = try talk("-tls1_2", "echo R;")
        #expect(older.contains("RENEGOTIATING"))
        #expect(older.contains("no renegotiation"))
        #expect(older.contains("Secure Renegotiation IS supported"))
        #expect(older.contains("Compression: NONE"))
        let newer = try talk("-tls1_3", "printf 'GET /health HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n';")
        #expect(newer.contains("HTTP/1.1 200"))
        #expect(newer.contains("Max Early Data: 0"))
    }

    @Test func `two hundred handshakes at once all come to their end`() throws {
        let told = try TLSServer().tell(
            """
            import asyncio
            chosen = context()
            async def one():
                reader, writer = await asyncio.open_connection(
                    "127.0.0.1", PORT, ssl=chosen, server_hostname="localhost")
                writer.write(b"GET /health HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n")
                answer = await reader.read()
                writer.close()
                return answer.startswith(b"HTTP/1.1 200")
            async def all_of_them():
                return sum(await asyncio.gather(*[one() for _ in range(200)]))
            print(asyncio.run(all_of_them()))
            """)
        #expect(told == ["200"])
    }
}
