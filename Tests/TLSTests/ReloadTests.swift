import Glibc
import Testing

/// Which certificates the server starts with, and what SIGHUP makes of them.
@Suite("TLS certificates") struct ReloadTests {
    @Test func `SIGHUP shows the new certificate to the next and leaves an open connection alone`() throws {
        let server = try TLSServer()
        let told = try server.tell(
            """
            import os, signal, subprocess
            # Anyone is believed, so that both certificates can be looked at.
            blind = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            blind.check_hostname, blind.verify_mode = False, ssl.CERT_NONE
            def shown(on):
                return on.getpeercert(binary_form=True)
            old = secure(blind)
            print(ask(old))
            os.replace(WORDS[1] + ".crt", CERTIFICATE)
            os.replace(WORDS[1] + ".key", CERTIFICATE.replace(".crt", ".key"))
            os.kill(int(WORDS[0]), signal.SIGHUP)
            for _ in range(100):
                new = secure(blind)
                if shown(new) != shown(old):
                    break
                time.sleep(0.05)
            print(ask(new), shown(new) != shown(old), ask(old))
            print(ask(secure()))
            """, with: ["\(server.process.pid)", try renewed(in: server.directory)])
        #expect(told == ["200", "200 True 200", "200"])
        #expect(server.waitForLog("settings and certificates are read again"))
    }

    @Test func `files that cannot be used are refused on SIGHUP, and the old certificate stays`() throws {
        let server = try TLSServer()
        let key = server.directory.file("localhost.key")
        // The key of another certificate.
        rename(try renewed(in: server.directory) + ".key", key)
        server.process.signal(SIGHUP)
        #expect(server.waitForLog("the old settings and certificates stay"))
        #expect(server.logText.contains("does not belong to the certificate"))
        unlink(key)
        server.process.signal(SIGHUP)
        #expect(server.waitForLog("No such file or directory"))
        #expect(try server.tell("print(ask(secure()))") == ["200"])
    }

    @Test func `a server without TLS goes on without it, and says that a restart is needed`() throws {
        let directory = try TestDirectory()
        try directory.makeCertificate("localhost", for: TLSServer.localhost)
        let settings = directory.file("settings"), output = directory.newName(), log = directory.newName()
        func write(_ text: String) throws {
            guard let file = fopen(settings, "we") else { throw Program.Failure(description: settings) }
            fputs(text, file)
            fclose(file)
        }
        func waitFor(_ words: String, in path: String) -> Bool {
            for _ in 0..<200 {
                if Program.text(of: path).contains(words) { return true }
                usleep(50_000)
            }
            return false
        }
        try write("CONFAB_LOG_LEVEL=info\n")
        let process = try Program(
            [
                TLSServer.confab, "serve", "--dev", "--listen", "127.0.0.1:0", "--data", directory.file("data"),
                "--config", settings,
            ], output: output, complaints: log)
        #expect(waitFor("listening on http://", in: output))
        let names = ["crt", "key"].map { directory.file("localhost.\($0)") }
        try write("CONFAB_TLS_CERT=\(names[0])\nCONFAB_TLS_KEY=\(names[1])\n")
        process.signal(SIGHUP)
        #expect(waitFor("read again", in: log))
        let said = Program.text(of: log).split(separator: "\n")
        #expect(said.contains { $0.contains("takes a restart") && $0.contains("tls-cert") })
        #expect(!said.contains { $0.contains("read again") && $0.contains("tls-") })
    }

    private func renewed(in directory: TestDirectory) throws -> String {
        try directory.makeCertificate("renewed", for: TLSServer.localhost)
        return directory.file("renewed")
    }

    @Test(
        arguments: [
            (["localhost"], [], "tls-cert needs tls-key"),
            ([], ["localhost"], "tls-key needs tls-cert"),
            (["localhost", "other"], ["localhost"], "tls-cert names 2 files and tls-key 1"),
            (["localhost"], ["other"], "does not belong to the certificate"),
            (["nowhere"], ["localhost"], "nowhere.crt: No such file or directory"),
            (["localhost"], ["nowhere"], "nowhere.key: No such file or directory"),
            (["empty"], ["localhost"], "empty.crt holds no certificate that can be used"),
            (["localhost"], ["empty"], "empty.key holds no private key that can be used"),
            (["localhost"], ["locked"], "locked.key holds no private key that can be used"),
            (["weak"], ["weak"], "weak.crt holds no certificate that can be used: ee key too small"),
        ] as [([String], [String], String)])
    func `a server whose files do not fit together does not start, and says why`(
        certificates: [String], keys: [String], why: String
    ) throws {
        let directory = try TestDirectory()
        for name in ["localhost", "other"] { try directory.makeCertificate(name, for: TLSServer.localhost) }
        try directory.makeCertificate("weak", for: TLSServer.localhost, key: ["-newkey", "rsa:1024"])
        for name in ["empty.crt", "empty.key"] { close(creat(directory.file(name), 0o600)) }
        let locked = try Program.run(
            [
                "openssl", "pkey", "-in", directory.file("localhost.key"), "-aes256", "-passout", "pass:secret", "-out",
                directory.file("locked.key"),
            ], in: directory)
        #expect(locked.status == 0, "\(locked.text)")
        let ended = try Program.run(
            [
                TLSServer.confab, "serve", "--listen", "127.0.0.1:0", "--data", directory.file("data"),
                "--tls-cert", certificates.map { directory.file("\($0).crt") }.joined(separator: ","),
                "--tls-key", keys.map { directory.file("\($0).key") }.joined(separator: ","),
            ], in: directory)
        #expect(ended.status == 2)
        #expect(ended.text.hasPrefix("confab: tls-") && ended.text.contains(why), "\(ended.text)")
        #expect(access(directory.file("data"), F_OK) != 0)
    }
}
