import Base
import Courses
import Testing

@Suite("Certificates") struct CertificateTests {
    /// Not a seal that could be trusted: one that is different for each key and message.
    private struct ToySeal: CertificateSeal {
        var keyID: String
        var others: [String] = []

        func sign(_ message: [UInt8]) -> [UInt8] { Self.sum(message, keyID) }

        func isRight(_ signature: [UInt8], over message: [UInt8], by keyID: String) -> Bool {
            ([self.keyID] + others).contains(keyID) && signature == Self.sum(message, keyID)
        }

        private static func sum(_ message: [UInt8], _ key: String) -> [UInt8] {
            var hash: UInt64 = 0xCBF2_9CE4_8422_2325
            for byte in Array(key.utf8) + message { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
            return (0..<8).map { UInt8(truncatingIfNeeded: hash >> (8 * $0)) }
        }
    }

    private let seal = ToySeal(keyID: "k1")
    private let room = Classroom()

    private func issue() throws -> Certificate {
        try Certificate.issue(
            CertificateID(high: 7, low: 8), of: room.course, to: Classroom.ann, named: "Ann \"A\" <b>",
            for: Completion(completedAt: room.now), at: room.now.adding(seconds: 60))
    }

    @Test func `say by themselves who completed what, and when`() throws {
        let certificate = try issue(), token = certificate.token(sealedBy: seal)
        #expect(Certificate(token: token, sealedBy: seal) == certificate)
        #expect(
            token.utf8.allSatisfy {
                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.".utf8.contains($0)
            })
    }

    @Test func `are not made for who has not completed the course`() {
        #expect(throws: CourseRefusal.notCompleted) {
            try Certificate.issue(
                CertificateID(high: 1, low: 1), of: room.course, to: Classroom.ann, named: "Ann", for: Completion(),
                at: room.now)
        }
    }

    @Test func `are worth nothing when a single character is another one`() throws {
        let token = Array(try issue().token(sealedBy: seal).utf8)
        for place in token.indices {
            var changed = token
            changed[place] = changed[place] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            #expect(Certificate(token: String(decoding: changed, as: UTF8.self), sealedBy: seal) == nil)
        }
        for length in token.indices {
            #expect(Certificate(token: String(decoding: token[..<length], as: UTF8.self), sealedBy: seal) == nil)
        }
    }

    @Test func `stand after the key was changed, as long as the old one is known`() throws {
        let token = try issue().token(sealedBy: seal)
        #expect(Certificate(token: token, sealedBy: ToySeal(keyID: "k2", others: ["k1"])) != nil)
        #expect(Certificate(token: token, sealedBy: ToySeal(keyID: "k2")) == nil)
    }

    @Test func `are nothing else that the key has signed`() throws {
        let content = Array(#"{"key":"k1"}"#.utf8)
        let bare = Base64.encodeURLSafe(content) + "." + Base64.encodeURLSafe(seal.sign(content))
        #expect(Certificate(token: bare, sealedBy: seal) == nil)
        let signed = Array("confab certificate 1\n".utf8) + content
        let empty = Base64.encodeURLSafe(content) + "." + Base64.encodeURLSafe(seal.sign(signed))
        #expect(Certificate(token: empty, sealedBy: seal) == nil)
        for text in ["", ".", "..", "a.b", "a.b.c", String(repeating: "A", count: 5_000) + ".AA"] {
            #expect(Certificate(token: text, sealedBy: seal) == nil)
        }
    }
}
