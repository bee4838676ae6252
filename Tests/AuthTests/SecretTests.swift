import Auth
import Testing

@Suite("Secret") struct SecretTests {
    @Test func `matches the same bytes and no others`() {
        let secret = Secret([1, 2, 3])
        #expect(secret.matches([1, 2, 3]))
        #expect(!secret.matches([1, 2, 4]))
        #expect(!secret.matches([1, 2]))
        #expect(!secret.matches([1, 2, 3, 0]))
        #expect(!secret.matches([]))
        #expect(Secret([]).matches([]))
    }

    @Test func `lends its bytes`() {
        #expect(Secret([7, 8]).withBytes { Array($0) } == [7, 8])
    }

    @Test func `is never printed`() throws {
        var shown = ""
        dump([Secret(Array("hunter22".utf8))], to: &shown)
        shown += "\(Secret(Array("hunter22".utf8)))" + String(reflecting: Secret(Array("hunter22".utf8)))
        #expect(!shown.contains("hunter22"))
        #expect(!shown.contains("104"))
        #expect(shown.contains("‹secret›"))
    }
}
