public import Base
internal import COpenSSL
internal import Glibc

/// The certificates of a TLS listener and what it agrees to: TLS 1.2 and 1.3 with authenticated encryption, HTTP/1.1
/// inside, resumption by tickets, and neither renegotiation, compression nor early data.
///
/// `@unchecked` is true because everything is set up before `init` returns and only read from then on: OpenSSL lets any
/// number of threads make connections of one `SSL_CTX`, counting its references atomically, and its session cache, the
/// one part that would still change, is off.
public final class TLSContext: @unchecked Sendable {
    /// A file of certificates in PEM form, the server's own first, and the file of its key.
    public struct KeyPair: Sendable {
        public var certificate: String
        public var key: String

        public init(certificate: String, key: String) {
            self.certificate = certificate
            self.key = key
        }
    }

    private struct Identity {
        let context: OpaquePointer
        let certificate: OpaquePointer
    }

    private let identities: [Identity]
    /// How streams hand bytes to OpenSSL and take them from it.
    let transport: OpaquePointer
    let unsentBytesMax: Int

    /// Reads the files. A client that names a host is shown the first certificate made out to it, any other the first.
    public init(_ pairs: [KeyPair], limits: Limits) throws(TLSFault) {
        guard !pairs.isEmpty else { throw .noPair }
        guard let transport = TLSStream.makeTransport() else { throw .refused(TLSFault.notedReason) }
        var identities: [Identity] = []
        do throws(TLSFault) {
            for pair in pairs { identities.append(try Self.identity(pair, limits)) }
        } catch {
            for identity in identities { SSL_CTX_free(identity.context) }
            BIO_meth_free(transport)
            throw error
        }
        self.identities = identities
        self.transport = transport
        unsentBytesMax = limits.tlsUnsentBytesMax
        // Not retained: a stream keeps this object for as long as its connection may call.
        let own = Unmanaged.passUnretained(self).toOpaque()
        for identity in identities { confab_on_server_name(identity.context, Self.choose, own) }
    }

    deinit {
        for identity in identities { SSL_CTX_free(identity.context) }
        BIO_meth_free(transport)
    }

    /// One more connection's state; `nil` without memory.
    func makeConnection() -> OpaquePointer? { SSL_new(identities[0].context) }

    // MARK: Setting up

    /// Suites of TLS 1.2, in the server's order: a key of its own for each connection, and authenticated encryption.
    private static let suites = [
        "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384",
        "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305",
    ].joined(separator: ":")

    /// Suites of TLS 1.3, which knows no others than authenticated ones.
    private static let suites13 = [
        "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256",
    ].joined(separator: ":")

    /// Elliptic curves only: a client may not have the server reckon with finite fields of 8,192 bits.
    private static let groups = "X25519:P-256:P-384"

    private static func identity(_ pair: KeyPair, _ limits: Limits) throws(TLSFault) -> Identity {
        try checkReadable(pair.certificate)
        try checkReadable(pair.key)
        ERR_clear_error()
        guard let context = SSL_CTX_new(TLS_server_method()) else { throw .refused(TLSFault.notedReason) }
        do throws(TLSFault) {
            try agree(context, limits)
            return Identity(context: context, certificate: try load(pair, into: context))
        } catch {
            SSL_CTX_free(context)
            throw error
        }
    }

    private static func agree(_ context: OpaquePointer, _ limits: Limits) throws(TLSFault) {
        SSL_CTX_set_options(context, confab_tls_options())
        SSL_CTX_ctrl(context, SSL_CTRL_MODE, Int(SSL_MODE_RELEASE_BUFFERS), nil)
        SSL_CTX_ctrl(context, SSL_CTRL_SET_SESS_CACHE_MODE, Int(SSL_SESS_CACHE_OFF), nil)
        SSL_CTX_set_timeout(context, limits.tlsSessionSecondsMax)
        SSL_CTX_set_max_early_data(context, 0)
        SSL_CTX_set_alpn_select_cb(context, agreeOnProtocol, nil)
        // Less than 112 bits of strength are refused: RSA of 2,048 bits is the weakest key that passes.
        SSL_CTX_set_security_level(context, 2)
        // The same for every certificate, because a ticket is opened before the certificate is chosen.
        let purpose = Array("confab".utf8)
        guard SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_2_VERSION), nil) == 1,
            groups.withCString({
                SSL_CTX_ctrl(context, SSL_CTRL_SET_GROUPS_LIST, 0, UnsafeMutableRawPointer(mutating: $0))
            }) == 1,
            SSL_CTX_set_cipher_list(context, suites) == 1, SSL_CTX_set_ciphersuites(context, suites13) == 1,
            SSL_CTX_set_session_id_context(context, purpose, UInt32(purpose.count)) == 1
        else { throw .refused(TLSFault.notedReason) }
    }

    /// Gives the context its certificate and key, and returns the certificate, which the context owns.
    private static func load(_ pair: KeyPair, into context: OpaquePointer) throws(TLSFault) -> OpaquePointer {
        guard SSL_CTX_use_certificate_chain_file(context, pair.certificate) == 1,
            let certificate = SSL_CTX_get0_certificate(context)
        else { throw .noCertificate(pair.certificate, why: TLSFault.notedReason) }
        guard let file = BIO_new_file(pair.key, "r") else { throw .noKey(pair.key, why: TLSFault.notedReason) }
        defer { BIO_free(file) }
        // Nobody is there to be asked for a passphrase.
        guard let key = PEM_read_bio_PrivateKey(file, nil, { _, _, _, _ in 0 }, nil) else {
            throw .noKey(pair.key, why: TLSFault.notedReason)
        }
        defer { EVP_PKEY_free(key) }
        guard X509_check_private_key(certificate, key) == 1 else {
            throw .mismatch(certificate: pair.certificate, key: pair.key)
        }
        guard SSL_CTX_use_PrivateKey(context, key) == 1 else { throw .noKey(pair.key, why: TLSFault.notedReason) }
        return certificate
    }

    private static func checkReadable(_ path: String) throws(TLSFault) {
        guard let file = fopen(path, "re") else { throw .unreadable(path, why: String(cString: strerror(errno))) }
        fclose(file)
    }

    // MARK: What clients ask for

    /// RFC 6066 section 3: the client says whom it wants to reach.
    private static let choose:
        @convention(c) (OpaquePointer?, UnsafeMutablePointer<CInt>?, UnsafeMutableRawPointer?)
            -> CInt = { connection, _, argument in
                guard let connection, let argument, let name = SSL_get_servername(connection, TLSEXT_NAMETYPE_host_name)
                else { return SSL_TLSEXT_ERR_NOACK }
                let own = Unmanaged<TLSContext>.fromOpaque(argument).takeUnretainedValue()
                let length = strlen(name)
                for identity in own.identities where X509_check_host(identity.certificate, name, length, 0, nil) == 1 {
                    SSL_set_SSL_CTX(connection, identity.context)
                    break
                }
                return SSL_TLSEXT_ERR_OK
            }

    /// RFC 7301 section 3.2: of what the client offers HTTP/1.1 is taken; who offers only others is refused.
    private static let agreeOnProtocol:
        @convention(c) (
            OpaquePointer?, UnsafeMutablePointer<UnsafePointer<UInt8>?>?, UnsafeMutablePointer<UInt8>?,
            UnsafePointer<UInt8>?, CUnsignedInt, UnsafeMutableRawPointer?
        ) -> CInt = { _, chosen, chosenLength, offered, offeredLength, _ in
            guard let chosen, let chosenLength, let offered else { return SSL_TLSEXT_ERR_NOACK }
            let names = UnsafeBufferPointer(start: offered, count: Int(offeredLength))
            var index = 0
            while index < names.count {
                let start = index + 1
                let end = start + Int(names[index])
                guard end <= names.count else { break }
                if names[start..<end].elementsEqual("http/1.1".utf8) {
                    chosen.pointee = offered + start
                    chosenLength.pointee = names[index]
                    return SSL_TLSEXT_ERR_OK
                }
                index = end
            }
            return SSL_TLSEXT_ERR_ALERT_FATAL
        }
}
