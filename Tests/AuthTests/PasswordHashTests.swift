import Base
import Testing

@testable import Auth

@Suite("Password hash") struct PasswordHashTests {
    static let cheap = PasswordHash.Cost(logN: 4, blockSize: 1, parallelism: 1)

    /// RFC 7914 section 12.
    @Test(
        arguments: [
            (
                "", "", PasswordHash.Cost(logN: 4, blockSize: 1, parallelism: 1),
                "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
                    + "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906"
            ),
            (
                "password", "NaCl", PasswordHash.Cost(logN: 10, blockSize: 8, parallelism: 16),
                "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
                    + "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640"
            ),
        ] as [(String, String, PasswordHash.Cost, String)])
    func `derives as published`(password: String, salt: String, cost: PasswordHash.Cost, derived: String) throws {
        let result = try Scrypt.derive(Array(password.utf8), salt: Array(salt.utf8), cost: cost, byteCount: 64)
        #expect(result == bytes(derived))
    }

    @Test func `costs what was advised and says so in what is stored`() throws {
        var random = RandomSource.system
        let hash = try PasswordHash.make(Array("correct horse".utf8), cost: .standard, random: &random)
        #expect(hash.text.hasPrefix("$scrypt$ln=17,r=8,p=1$"))
        let parts = hash.text.split(separator: "$")
        #expect(parts.map(\.utf8.count) == [6, 13, 22, 43])
        #expect(try hash.matches(Array("correct horse".utf8)))
        #expect(!hash.needsRehash(for: .standard))
    }

    @Test(arguments: ["", "correct horse", "пароль с пробелами", "a\0b", String(repeating: "x", count: 1024)])
    func `matches the password it was made of and no other`(password: String) throws {
        var random = RandomSource(seed: 1)
        let made = try PasswordHash.make(Array(password.utf8), cost: Self.cheap, random: &random)
        let hash = try #require(PasswordHash(text: made.text))
        #expect(hash.text == made.text)
        #expect(try hash.matches(Array(password.utf8)))
        #expect(try !hash.matches(Array((password + " ").utf8)))
        #expect(try !hash.matches(Array("a".utf8)))
    }

    @Test func `salts each hash anew`() throws {
        var random = RandomSource(seed: 2)
        let one = try PasswordHash.make([1], cost: Self.cheap, random: &random)
        let other = try PasswordHash.make([1], cost: Self.cheap, random: &random)
        #expect(one.text != other.text)
    }

    @Test func `asks to be made again when the cost has changed`() throws {
        var random = RandomSource(seed: 3)
        let hash = try PasswordHash.make([1], cost: Self.cheap, random: &random)
        #expect(!hash.needsRehash(for: Self.cheap))
        #expect(hash.needsRehash(for: .standard))
        let shortSalt = try #require(PasswordHash(text: "$scrypt$ln=4,r=1,p=1$AAAAAAAAAAA$" + Self.zeros43))
        #expect(shortSalt.needsRehash(for: Self.cheap))
    }

    @Test func `can pay the dearest cost that it reads`() throws {
        let dearest = PasswordHash.Cost(logN: 19, blockSize: 8, parallelism: 1)
        #expect(dearest.isPayable)
        #expect(try !PasswordHash.decoy(cost: dearest).matches([1]))
    }

    static let salt = "AAAAAAAAAAAAAAAAAAAAAA"
    static let zeros43 = String(repeating: "A", count: 43)

    @Test(arguments: [
        "ln=4,r=1,p=1", "ln=17,r=8,p=1", "ln=16,r=8,p=2", "ln=15,r=8,p=3", "ln=14,r=8,p=16", "ln=19,r=8,p=1",
        "ln=20,r=4,p=1",
    ]) func `reads what is worth its cost`(cost: String) {
        #expect(PasswordHash(text: "$scrypt$\(cost)$\(Self.salt)$\(Self.zeros43)") != nil)
    }

    @Test(arguments: [
        "ln=3,r=8,p=1", "ln=21,r=8,p=1", "ln=20,r=8,p=1", "ln=19,r=16,p=1", "ln=17,r=0,p=1", "ln=17,r=33,p=1",
        "ln=17,r=8,p=0", "ln=17,r=8,p=17", "ln=17,r=8,p=16", "ln=16,r=1,p=1", "ln=-1,r=8,p=1", "ln=+17,r=8,p=1",
        "ln=017,r=8,p=1", "ln=9223372036854775807,r=8,p=1", "ln=9223372036854775808,r=8,p=1",
        "ln=17,r=9223372036854775807,p=9223372036854775807", "ln=17,r=8", "ln=17,r=8,p=1,x=1", "r=8,ln=17,p=1", "",
        "ln=17, r=8,p=1", "LN=17,r=8,p=1", "ln=,r=,p=",
    ]) func `refuses a cost that is out of bounds or oddly spelled`(cost: String) {
        #expect(PasswordHash(text: "$scrypt$\(cost)$\(Self.salt)$\(Self.zeros43)") == nil)
    }

    @Test(arguments: [
        "", "$", "$$$$", "scrypt$ln=4,r=1,p=1$\(salt)$\(zeros43)", "$scrypt$ln=4,r=1,p=1$\(salt)",
        "$scrypt$ln=4,r=1,p=1$\(salt)$\(zeros43)$", "$scrypt$ln=4,r=1,p=1$\(salt)==$\(zeros43)=",
        "$scrypt$ln=4,r=1,p=1$\(salt)$\(zeros43)\n", "$scrypt$ln=4,r=1,p=1$$\(zeros43)",
        "$scrypt$ln=4,r=1,p=1$\(salt)$", "$scrypt$ln=4,r=1,p=1$AAAA$\(zeros43)",
        "$scrypt$ln=4,r=1,p=1$\(salt)$\(zeros43.dropLast())B", "$scrypt$ln=4,r=1,p=1$\(salt)$AAAA",
        "$scrypt$ln=4,r=1,p=1$\(salt)$\(String(repeating: "A", count: 88))",
        "$scrypt$ln=4,r=1,p=1$\(salt)$\(String(repeating: "A", count: 1 << 20))",
        "$argon2id$v=19$m=19456,t=2,p=1$\(salt)$\(zeros43)", "pbkdf2_sha256$600000$abc$def",
        "scrypt:32768:8:1$salt$00ff", "$Scrypt$ln=4,r=1,p=1$\(salt)$\(zeros43)",
    ]) func `refuses any other text`(text: String) {
        #expect(PasswordHash(text: text) == nil)
    }

    @Test(arguments: [
        PasswordHash.Cost(logN: 64, blockSize: 8, parallelism: 1),
        PasswordHash.Cost(logN: -1, blockSize: 8, parallelism: 1),
        PasswordHash.Cost(logN: 17, blockSize: .max, parallelism: .max),
        PasswordHash.Cost(logN: 20, blockSize: 32, parallelism: 16),
    ]) func `does not make a hash that it would not read`(cost: PasswordHash.Cost) {
        #expect(throws: PasswordHashError.costOutOfRange) {
            var random = RandomSource(seed: 4)
            _ = try PasswordHash.make([1], cost: cost, random: &random)
        }
        #expect(!PasswordHash.decoy(cost: cost).needsRehash(for: .standard))
    }

    @Test func `has a decoy of the same cost that nothing matches`() throws {
        let decoy = PasswordHash.decoy(cost: Self.cheap)
        #expect(!decoy.needsRehash(for: Self.cheap))
        #expect(try !decoy.matches([]))
        #expect(try !decoy.matches(Array("password".utf8)))
        #expect(PasswordHash(text: decoy.text) != nil)
    }

    @Test func `is never printed`() {
        var shown = ""
        dump(PasswordHash.decoy(cost: Self.cheap), to: &shown)
        shown += "\(PasswordHash.decoy(cost: Self.cheap))"
        #expect(!shown.contains("AAAA"))
    }
}
