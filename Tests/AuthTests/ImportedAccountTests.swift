import Auth
import Base
import Testing

@Suite("Imported account") struct ImportedAccountTests {
    let cost = PasswordHash.Cost(logN: 4, blockSize: 1, parallelism: 1)

    @Test func `hashes the password it brought`() throws {
        var random = RandomSource(seed: 1)
        let account = ImportedAccount(uuid: "u1", credential: .password(Secret(Array("hunter22".utf8))))
        #expect(account.passwordHash == nil)
        let hash = try #require(try account.hashingPassword(cost: cost, random: &random).passwordHash)
        #expect(try hash.matches(Array("hunter22".utf8)))
    }

    @Test func `keeps the hash it brought, or none`() throws {
        var random = RandomSource(seed: 1)
        let decoy = PasswordHash.decoy(cost: cost)
        let account = ImportedAccount(uuid: "u1", credential: .hash(decoy))
        #expect(try account.hashingPassword(cost: cost, random: &random).passwordHash?.text == decoy.text)
        #expect(try ImportedAccount(uuid: "u2").hashingPassword(cost: cost, random: &random).passwordHash == nil)
    }
}
