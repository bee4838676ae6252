import CTLS
import Glibc

/// One connection's TLS over its socket.
final class TLSLink {
    enum Handshake { case wantsRead, wantsWrite, done }

    private let tls: UnsafeMutableRawPointer

    init?(_ settings: TLSSettings, descriptor: Int32, endpoint: Endpoint) {
        guard
            let tls = loadtest_tls_open(
                settings.context, descriptor, endpoint.name, endpoint.nameIsAddress ? 1 : 0)
        else { return nil }
        self.tls = tls
    }

    deinit { loadtest_tls_close(tls) }

    func handshake() throws(Failure) -> Handshake {
        switch Int(loadtest_tls_handshake(tls)) {
        case LOADTEST_TLS_DONE: return .done
        case LOADTEST_TLS_WANTS_READ: return .wantsRead
        case LOADTEST_TLS_WANTS_WRITE: return .wantsWrite
        default:
            var text = [CChar](repeating: 0, count: 128)
            loadtest_tls_reason(tls, &text, text.count)
            let reason = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            throw Failure("TLS: \(String(decoding: reason, as: UTF8.self))")
        }
    }

    /// As recv(2), with errno.
    func receive(_ bytes: UnsafeMutablePointer<UInt8>, _ count: Int) -> Int {
        result(of: loadtest_tls_receive(tls, bytes, count))
    }

    /// As send(2), with errno.
    func send(_ bytes: UnsafeRawBufferPointer) -> Int {
        bytes.isEmpty ? 0 : result(of: loadtest_tls_send(tls, bytes.baseAddress, bytes.count))
    }

    /// There is more that was received, of which the socket will not tell.
    var hasMore: Bool { loadtest_tls_pending(tls) > 0 }

    private func result(of count: Int) -> Int {
        guard count < 0 else { return count }
        errno = Int32(-count)
        return -1
    }
}

/// Whose certificates are believed; one for all connections.
final class TLSSettings {
    let context: UnsafeMutableRawPointer

    /// By the certificates of a file (PEM), or by the system's.
    init(caFile: String?) throws(Failure) {
        guard let context = loadtest_tls_context(caFile) else {
            throw Failure("no certificates can be read from \(caFile ?? "the system's store")")
        }
        self.context = context
    }
}
