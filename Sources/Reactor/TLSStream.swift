internal import Base
internal import COpenSSL

/// One connection's TLS, the server's side, without a socket: encrypted bytes in, plain bytes out, and the other way
/// round. Belongs to one thread.
///
/// OpenSSL reads from the bytes that are lent for the length of a call, and writes to a buffer that is empty whenever
/// the peer has taken everything: an idle connection holds nothing but OpenSSL's own state.
public final class TLSStream {
    public enum Outcome: Equatable, Sendable {
        case open
        /// The peer has said that it will send no more (close_notify).
        case ended
        /// Nothing can be said or understood any more; an alert that tells the peer may be waiting to be sent.
        case failed(why: String)
    }

    /// Plain bytes of the largest record (RFC 8446 section 5.1).
    public static let recordBytesMax = 16 << 10

    private let context: TLSContext
    private let connection: OpaquePointer
    private var arriving = UnsafeRawBufferPointer(start: nil, count: 0)
    private var leaving = ByteBuffer()
    /// The handshake is done.
    public private(set) var isEstablished = false
    private var hasFailed = false
    private var hasClosed = false

    /// `nil` without memory.
    public init?(_ context: TLSContext) {
        guard let connection = context.makeConnection() else { return nil }
        guard let transport = BIO_new(context.transport) else {
            SSL_free(connection)
            return nil
        }
        self.context = context
        self.connection = connection
        // Not retained: the transport goes together with the connection, which goes with this object.
        BIO_set_data(transport, Unmanaged.passUnretained(self).toOpaque())
        BIO_set_init(transport, 1)
        SSL_set_bio(connection, transport, transport)
        SSL_set_accept_state(connection)
    }

    deinit { SSL_free(connection) }

    /// Whether these first bytes of a connection may begin a TLS handshake. A request sent without TLS begins with the
    /// name of its method instead, and its sender understands an answer without TLS only.
    public static func isPlainRequest(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.first.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) } ?? false
    }

    // MARK: From the peer

    /// Takes bytes of the peer and lends what they mean to `take`, a record at a time through `scratch`.
    public func receive(
        _ bytes: UnsafeRawBufferPointer, through scratch: UnsafeMutableRawBufferPointer,
        _ take: (UnsafeRawBufferPointer) -> Void
    ) -> Outcome {
        arriving = bytes
        defer { arriving = UnsafeRawBufferPointer(start: nil, count: 0) }
        while true {
            var count = 0
            // Reasons are noted by thread: what another connection left would be taken for this one's.
            ERR_clear_error()
            let status = SSL_read_ex(connection, scratch.baseAddress, scratch.count, &count)
            if !isEstablished { isEstablished = SSL_is_init_finished(connection) == 1 }
            if status == 1 {
                take(UnsafeRawBufferPointer(rebasing: scratch[..<count]))
                continue
            }
            switch SSL_get_error(connection, status) {
            case SSL_ERROR_WANT_READ: return .open
            case SSL_ERROR_ZERO_RETURN: return .ended
            default:
                hasFailed = true
                return .failed(why: TLSFault.notedReason)
            }
        }
    }

    // MARK: To the peer

    /// Something can still be said to the peer.
    public var canSend: Bool { isEstablished && !hasFailed && !hasClosed }
    /// Encrypted bytes that wait to be sent.
    public var unsentByteCount: Int { leaving.count }
    /// So much waits that no more should be encrypted before some of it has left.
    public var isFull: Bool { leaving.count >= context.unsentBytesMax }

    /// Encrypts the beginning of `bytes`, one record at most, and says how many bytes that was; 0 when it failed.
    public func encrypt(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard canSend else { return 0 }
        var count = 0
        ERR_clear_error()
        let status = SSL_write_ex(connection, bytes.baseAddress, min(bytes.count, Self.recordBytesMax), &count)
        if status != 1 { hasFailed = true }
        return count
    }

    /// Says that nothing more will follow (close_notify, RFC 8446 section 6.1), so that the peer can tell the end from
    /// a cut.
    public func close() {
        guard canSend else { return }
        ERR_clear_error()
        SSL_shutdown(connection)
        hasClosed = true
    }

    public func withUnsentBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        leaving.withUnreadBytes(body)
    }

    public func consume(_ byteCount: Int) { leaving.consume(byteCount) }

    // MARK: Between this object and OpenSSL

    static func makeTransport() -> OpaquePointer? {
        guard let method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "bytes") else { return nil }
        BIO_meth_set_read(method) { transport, bytes, count in
            guard let transport, let bytes, count > 0 else { return 0 }
            return TLSStream.of(transport).give(
                transport, UnsafeMutableRawBufferPointer(start: bytes, count: Int(count)))
        }
        BIO_meth_set_write(method) { transport, bytes, count in
            guard let transport, let bytes, count > 0 else { return 0 }
            TLSStream.of(transport).leaving.append(UnsafeRawBufferPointer(start: bytes, count: Int(count)))
            return count
        }
        BIO_meth_set_ctrl(method) { _, command, _, _ in command == BIO_CTRL_FLUSH ? 1 : 0 }
        return method
    }

    private static func of(_ transport: OpaquePointer) -> TLSStream {
        Unmanaged<TLSStream>.fromOpaque(BIO_get_data(transport)).takeUnretainedValue()
    }

    private func give(_ transport: OpaquePointer, _ room: UnsafeMutableRawBufferPointer) -> CInt {
        BIO_clear_flags(transport, BIO_FLAGS_READ | BIO_FLAGS_SHOULD_RETRY)
        let count = min(room.count, arriving.count)
        guard count > 0 else {
            BIO_set_flags(transport, BIO_FLAGS_READ | BIO_FLAGS_SHOULD_RETRY)
            return -1
        }
        room.copyMemory(from: UnsafeRawBufferPointer(rebasing: arriving[..<count]))
        arriving = UnsafeRawBufferPointer(rebasing: arriving[count...])
        return CInt(count)
    }
}
