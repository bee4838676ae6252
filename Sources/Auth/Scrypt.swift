internal import COpenSSL

/// scrypt (RFC 7914).
enum Scrypt {
    static func derive(
        _ password: [UInt8], salt: [UInt8], cost: PasswordHash.Cost, byteCount: Int
    ) throws(PasswordHashError) -> [UInt8] {
        guard cost.isPayable else { throw .costOutOfRange }
        let derived = [UInt8](unsafeUninitializedCapacity: byteCount) { output, count in
            let isDone = password.withUnsafeBufferPointer { password in
                password.withMemoryRebound(to: CChar.self) { password in
                    salt.withUnsafeBufferPointer { salt in
                        EVP_PBE_scrypt(
                            password.baseAddress, password.count, salt.baseAddress, salt.count, 1 << UInt64(cost.logN),
                            UInt64(cost.blockSize), UInt64(cost.parallelism), UInt64(cost.memoryBytes),
                            output.baseAddress, byteCount)
                    }
                }
            }
            count = isDone == 1 ? byteCount : 0
        }
        guard derived.count == byteCount else {
            // The queue of errors belongs to the thread; TLS on the same thread would take this one for its own.
            ERR_clear_error()
            throw .derivationFailed
        }
        return derived
    }
}
