import Auth
import Testing

@Suite("Password rule") struct PasswordRuleTests {
    @Test(arguments: [
        "12345678", "        ", "пароль12", "日本語日本語日本", "😀😀😀😀😀😀😀😀", String(repeating: "x", count: 1024),
        String(repeating: "é", count: 512),
    ]) func `takes eight characters of any kind, up to 1,024 bytes`(password: String) throws {
        try PasswordRule.standard.check(Array(password.utf8))
    }

    @Test(arguments: ["", "1234567", "ééééééé", "😀😀😀😀😀😀😀"]) func `counts characters, not bytes`(password: String) {
        #expect(throws: PasswordFault.tooShort(charactersMin: 8)) {
            try PasswordRule.standard.check(Array(password.utf8))
        }
    }

    @Test func `refuses what is longer than it hashes, rather than cutting it`() {
        #expect(throws: PasswordFault.tooLong(bytesMax: 1024)) {
            try PasswordRule.standard.check([UInt8](repeating: 0x78, count: 1025))
        }
    }

    @Test func `can be set from six to sixty-four`() throws {
        #expect(PasswordRule(charactersMin: 5) == nil)
        #expect(PasswordRule(charactersMin: 65) == nil)
        #expect(PasswordRule(charactersMin: 8) == .standard)
        try #require(PasswordRule(charactersMin: 6)).check(Array("123456".utf8))
    }

    @Test func `says what is wrong`() {
        #expect(PasswordFault.tooShort(charactersMin: 8).code == "too_short")
        #expect(PasswordFault.tooShort(charactersMin: 8).detail == "A password has at least 8 characters.")
        #expect(PasswordFault.tooLong(bytesMax: 1024).code == "too_long")
    }
}
