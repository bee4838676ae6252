internal import Glibc
internal import Synchronization

/// A directory with certificates that were made for the test, removed when its owner goes.
final class TestDirectory: Sendable {
    let path: String
    private let nameCount = Atomic<Int>(0)

    init() throws {
        var template = Array("/tmp/confab-tls-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Program.Failure(description: "mkdtemp") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        _ = try? Program(["rm", "-rf", path], output: "/dev/null", complaints: "/dev/null").exitStatus()
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }
    func newName() -> String { file("output-\(nameCount.add(1, ordering: .relaxed).newValue)") }

    /// Makes `NAME.crt` and `NAME.key`, made out to these names; the subject is the first of them.
    func makeCertificate(_ name: String, for hosts: [String], key: [String] = ecdsa) throws {
        let names = hosts.map { $0.first?.isNumber == true ? "IP:\($0)" : "DNS:\($0)" }.joined(separator: ",")
        let made = try Program.run(
            ["openssl", "req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=\(hosts[0])"] + key + [
                "-addext", "subjectAltName=\(names)", "-keyout", file("\(name).key"), "-out", file("\(name).crt"),
            ], in: self)
        guard made.status == 0 else { throw Program.Failure(description: made.text) }
    }

    static let ecdsa = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    static let rsa = ["-newkey", "rsa:2048"]
}
