import Base
import Testing

@testable import Auth

@Suite("Encryption for browsers") struct PushEncryptionTests {
    private func bytes(_ text: String) throws -> [UInt8] { try #require(Base64.decodeURLSafe(Array(text.utf8))) }

    /// RFC 5915: a private key of P-256 with its public half.
    private func pair(_ number: String, _ point: String) throws -> KeyPair {
        let d = try bytes(number), q = try bytes(point)
        let curve: [UInt8] = [0xA0, 0x0A, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07]
        let key: [UInt8] = [0x02, 0x01, 0x01, 0x04, 0x20] + d + curve + [0xA1, 0x44, 0x03, 0x42, 0x00] + q
        return try #require(KeyPair(privateBytes: [0x30, UInt8(key.count)] + key))
    }

    @Test func `does what the example of RFC 8291 does`() throws {
        let ours = try pair(
            "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw",
            "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8")
        let keys = try #require(
            PushKeys(
                publicKey: try bytes(
                    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
                authSecret: try bytes("BTBZMqHH6r4Tts7J_aSIgg")))
        let sealed = PushEncryption.encrypt(
            Array("When I grow up, I want to be a watermelon".utf8), for: keys, by: ours,
            salt: try bytes("DGv6ra1nlYgDCS1FRnbzlw"), padding: 0)
        #expect(
            Base64.encodeURLSafe(try #require(sealed))
                == "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLoc"
                + "InmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexS"
                + "gSxsj_Qulcy4a-fN"
        )
    }

    @Test func `a message is never longer than push services take, and its length is rounded`() throws {
        let pair = try #require(KeyPair.make(.es256))
        var random = RandomSource(seed: 1)
        let keys = try #require(
            PushKeys(publicKey: pair.publicKey.point, authSecret: [UInt8](repeating: 1, count: 16)))
        for count in [0, 1, 255, 256, 1_000, PushEncryption.plainBytesMax - 1, PushEncryption.plainBytesMax] {
            let plain = [UInt8](repeating: 0x61, count: count)
            let sealed = try #require(PushEncryption.encrypt(plain, for: keys, random: &random))
            #expect(sealed.count <= PushEncryption.bytesMax)
            let padded = sealed.count - PushEncryption.overheadByteCount
            #expect(padded % 256 == 0 || sealed.count == PushEncryption.bytesMax)
        }
        let long = [UInt8](repeating: 0x61, count: PushEncryption.plainBytesMax + 1)
        #expect(PushEncryption.encrypt(long, for: keys, random: &random) == nil)
    }

    @Test func `keys that are none are refused`() throws {
        let point = try #require(KeyPair.make(.es256)).publicKey.point, secret = [UInt8](repeating: 1, count: 16)
        #expect(PushKeys(publicKey: point, authSecret: secret) != nil)
        #expect(PushKeys(publicKey: point, authSecret: Array(secret.dropLast())) == nil)
        #expect(PushKeys(publicKey: Array(point.dropLast()), authSecret: secret) == nil)
        #expect(PushKeys(publicKey: [2] + point.dropFirst(), authSecret: secret) == nil)
        let off = Array(point.dropLast()) + [point[64] ^ 1]
        #expect(PushKeys(publicKey: off, authSecret: secret) == nil, "it does not lie on the curve")
        #expect(PushKeys(publicKey: [4] + [UInt8](repeating: 0, count: 64), authSecret: secret) == nil)
    }

    @Test func `an order in the queue is read as it was written`() throws {
        let user = try #require(UserID(rawValue: 7))
        let channels = try ["7_9", "205"].map { PushTopic.channel(try #require(ChannelID($0))) }
        for topic in [PushTopic.notification(3)] + channels {
            let order = PushOrder(user: user, topic: topic, isClosing: true, device: "phone", attempts: 2)
            #expect(PushOrder(order.payload) == order)
            #expect(PushTopic(name: topic.name) == topic)
        }
        for payload in ["", "{}", #"{"user":"x","topic":"channel-1"}"#, #"{"user":"7","topic":"x-1"}"#] {
            #expect(PushOrder(Array(payload.utf8)) == nil)
        }
    }
}
