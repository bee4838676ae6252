internal import COpenSSL

/// PBKDF2 with HMAC-SHA256 (RFC 8018 section 5.2), as other systems hash passwords. None is made by it here.
enum PBKDF2 {
    static func derive(
        _ password: [UInt8], salt: [UInt8], iterations: Int, byteCount: Int
    ) throws(PasswordHashError) -> [UInt8] {
        guard (1...ForeignHash.iterationsMax).contains(iterations) else { throw .costOutOfRange }
        let derived = [UInt8](unsafeUninitializedCapacity: byteCount) { output, count in
            let isDone = password.withUnsafeBufferPointer { password in
                password.withMemoryRebound(to: CChar.self) { password in
                    salt.withUnsafeBufferPointer { salt in
                        PKCS5_PBKDF2_HMAC(
                            password.baseAddress, CInt(password.count), salt.baseAddress, CInt(salt.count),
                            CInt(iterations), EVP_sha256(), CInt(byteCount), output.baseAddress)
                    }
                }
            }
            count = isDone == 1 ? byteCount : 0
        }
        guard derived.count == byteCount else {
            ERR_clear_error()
            throw .derivationFailed
        }
        return derived
    }
}
