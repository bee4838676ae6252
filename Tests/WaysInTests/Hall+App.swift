import Auth
import Base
import TestSupport
import Testing
import Wire

/// Authenticator apps, as their users have them.
extension Hall {
    /// What the app shows, so many steps from now.
    func code(_ secret: Secret, offset: Int64 = 0) -> String {
        TOTP.code(secret, step: TOTP.step(at: time.now) + offset)
    }

    /// Sets a second factor up that is asked for from now on; the code that it was shown by is spent and over.
    func setUpApp(token: String) async throws -> Secret {
        let answer = try await post("/auth/totp", "{}", token: token)
        let secret = Secret(Self.unbase32(try answer.text("secret")))
        let confirmed = try await post("/auth/totp/confirm", #"{"code":"\#(code(secret))"}"#, token: token)
        guard confirmed.status == 200 else { throw Unexpected(what: "\(confirmed.status)") }
        time.pass(milliseconds: 30_000)
        return secret
    }

    static func unbase32(_ text: String) -> [UInt8] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)
        let bits = text.utf8.flatMap { letter in
            let value = alphabet.firstIndex(of: letter) ?? 0
            return (0..<5).reversed().map { UInt8(value >> $0 & 1) }
        }
        return stride(from: 0, to: bits.count - 7, by: 8).map { bits[$0..<$0 + 8].reduce(0) { $0 << 1 | $1 } }
    }
}
