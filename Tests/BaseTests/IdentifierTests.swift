import Base
import Testing

@Suite("Identifiers") struct IdentifierTests {
    @Test func `a direct channel is its two members, the lower first`() throws {
        let ann = try #require(UserID("108")), bob = try #require(UserID("109"))
        let channel = try #require(ChannelID.direct(bob, ann))
        #expect(channel.description == "108_109")
        #expect(channel.members?.low == ann)
        #expect(channel.members?.high == bob)
        #expect(ChannelID("108_109") == channel)
        #expect(ChannelID(rawValue: channel.rawValue) == channel)
        #expect(ChannelID.direct(ann, ann) == nil)
    }

    @Test func `the three kinds of channel never share a number`() throws {
        let user = UserID.max
        let other = try #require(UserID(rawValue: 1))
        let direct = try #require(ChannelID.direct(user, other))
        #expect(ChannelID.personal(user).owner == user)
        #expect(ChannelID.personal(user).members == nil)
        #expect(direct.owner == nil)
        #expect(ChannelID("205")?.owner == nil)
        #expect(ChannelID("205")?.members == nil)
        #expect(ChannelID(rawValue: ChannelID.personal(user).rawValue) == ChannelID.personal(user))
    }

    @Test(arguments: ["", "0", "-1", "01", "2147483648", "99999999999999999999", "1 ", "a"])
    func `refuses what is no user`(text: String) { #expect(UserID(text) == nil) }

    @Test(arguments: ["", "_", "1_", "_1", "2_1", "1_1", "01_2", "1_2_3", "0", "1152921504606846976", "@me", "-5"])
    func `refuses what is no channel`(text: String) { #expect(ChannelID(text) == nil) }

    @Test(arguments: [0, -1, Int64.min, Int64.max, 1 << 62, 1 << 61, 1 << 60, (1 << 62) | (5 << 31) | 4] as [Int64])
    func `refuses stored numbers that no channel has`(raw: Int64) { #expect(ChannelID(rawValue: raw) == nil) }

    @Test func `a login is written as thirty-two digits and read back`() throws {
        let login = LoginID(high: 5, low: .max)
        #expect(login.description == "0000000000000005ffffffffffffffff")
        #expect(LoginID(login.description) == login)
        #expect(LoginID("5") == nil)
        #expect(LoginID(login.description.uppercased()) == nil)
    }
}

@Suite("Time") struct TimestampTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_795_195_199_999, "2026-11-20T17:19:59.999Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (4_102_444_800_000, "2100-01-01T00:00:00.000Z"),
        ] as [(Int64, String)]) func `is written as RFC 3339 in UTC`(milliseconds: Int64, text: String)
    {
        #expect(Timestamp(milliseconds: milliseconds).rfc3339 == text)
    }
}

@Suite("Base64") struct Base64Tests {
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy"),
    ]) func `follows the examples of RFC 4648`(plain: String, encoded: String) {
        #expect(Base64.encode(plain.utf8) == encoded)
        #expect(Base64.decode(encoded.utf8) == Array(plain.utf8))
    }

    @Test func `takes one spelling only`() {
        #expect(Base64.decode("Zh==".utf8) == nil, "spare bits")
        #expect(Base64.decode("Zg".utf8) == nil, "no padding")
        #expect(Base64.decodeURLSafe("Zg==".utf8) == nil, "padding")
        #expect(Base64.decodeURLSafe("_-8".utf8) == [0xFF, 0xEF])
        #expect(Base64.decodeURLSafe("_-9".utf8) == nil, "spare bits")
        #expect(Base64.decodeURLSafe("+/8".utf8) == nil, "other alphabet")
    }
}

@Suite("Byte buffer") struct ByteBufferTests {
    @Test func `gives back what was put in, in order, and keeps nothing when empty`() {
        var buffer = ByteBuffer()
        buffer.append([1, 2, 3])
        #expect(buffer.read(2) == [1, 2])
        buffer.append(4)
        #expect(buffer.count == 2)
        #expect(buffer[1] == 4)
        #expect(buffer.withUnreadBytes { Array($0) } == [3, 4])
        #expect(buffer.readAll() == [3, 4])
        #expect(buffer.isEmpty)
    }
}
