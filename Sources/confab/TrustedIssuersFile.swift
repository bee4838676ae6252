internal import Auth
internal import Glibc

/// The file that `trusted-issuers` names.
enum TrustedIssuersFile {
    private static let bytesMax = 256 << 10

    /// None where no file is named. A file with a secret in it must not be readable for others.
    static func read(_ path: String) throws(UsageError) -> [TrustedIssuer] {
        guard !path.isEmpty else { return [] }
        guard let file = fopen(path, "re") else {
            throw UsageError("trusted-issuers: \(path): \(String(cString: strerror(errno)))")
        }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: bytesMax + 1)
        let count = fread(&bytes, 1, bytes.count, file)
        guard count <= bytesMax else { throw UsageError("trusted-issuers: \(path) has more than \(bytesMax) bytes") }
        let issuers: [TrustedIssuer]
        do throws(TrustedIssuer.Fault) {
            issuers = try TrustedIssuer.list(Array(bytes[..<count]))
        } catch {
            throw UsageError("trusted-issuers: \(path): \(error.detail)")
        }
        var status = stat()
        guard fstat(fileno(file), &status) == 0, status.st_mode & 0o077 == 0 || !issuers.contains(where: \.isSecret)
        else { throw UsageError("trusted-issuers: \(path) holds a secret; chmod go= \(path)") }
        return issuers
    }
}
