import Glibc
import Testing

/// What a scanner finds that tries everything (`scripts/test` installs it).
@Suite("TLS scan") struct ScanTests {
    @Test(.enabled(if: access("/usr/bin/sslscan", X_OK) == 0), arguments: [TestDirectory.ecdsa, TestDirectory.rsa])
    func `sslscan finds TLS 1.2 and 1.3 with authenticated encryption, and nothing else`(key: [String]) throws {
        let directory = try TestDirectory()
        try directory.makeCertificate("localhost", for: TLSServer.localhost, key: key)
        let server = try TLSServer(directory, showing: ["localhost"])
        let scan = try Program.run(["sslscan", "--no-colour", "127.0.0.1:\(server.port)"], in: directory).text
        let lines = scan.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        let protocols = lines.filter { $0.count == 2 && ($0[0].hasPrefix("SSLv") || $0[0].hasPrefix("TLSv")) }
        #expect(protocols.filter { $0[1] == "enabled" }.map { $0[0] } == ["TLSv1.2", "TLSv1.3"])
        #expect(protocols.filter { $0[1] == "disabled" }.map { $0[0] } == ["SSLv2", "SSLv3", "TLSv1.0", "TLSv1.1"])
        let suites = lines.filter { $0.first == "Preferred" || $0.first == "Accepted" }
        #expect(suites.count == 6)
        for suite in suites {
            #expect(suite[1] == "TLSv1.2" || suite[1] == "TLSv1.3")
            #expect(suite[4].contains("GCM") || suite[4].contains("POLY1305"), "\(suite[4])")
        }
        #expect(scan.contains("Session renegotiation not supported"))
        #expect(!scan.contains("is vulnerable"))
        let groups = lines.filter { $0.count > 3 && $0[0].hasPrefix("TLSv1") && $0[2] == "bits" }.map { $0[3] }
        #expect(Set(groups).isSubset(of: ["x25519", "secp256r1", "secp384r1"]), "\(groups)")
    }
}
