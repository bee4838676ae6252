import Testing

@testable import Auth

@Suite("Password rule") struct PasswordRuleTests {
    /// Without a look at what everybody chooses.
    private var length: PasswordRule {
        var rule = PasswordRule.standard
        rule.refusesCommon = false
        return rule
    }

    @Test(arguments: [
        "12345678", "        ", "пароль12", "日本語日本語日本", "😀😀😀😀😀😀😀😀", String(repeating: "x", count: 1024),
        String(repeating: "é", count: 512),
    ]) func `takes eight characters of any kind, up to 1,024 bytes`(password: String) throws {
        try length.check(Array(password.utf8))
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
        try #require(PasswordRule(charactersMin: 6)).check(Array("kvjxqw".utf8))
    }

    @Test(arguments: [
        "password", "Password1!", "P@ssw0rd2026", "letmein123", "qwertyuiop", "1q2w3e4r5t", "asdf1234", "abcd1234",
        "iloveyou2", "sunshine1987", "aaaaaaaa", "abcabcabc", "12345678", "87654321", "password password",
        "dragon-monkey", "correcthorsebatterystaple", "11111111", "1qaz2wsx", "qwerty123", "confabconfab", "football!!",
        "  password  ", "2026summer", "M1chael1985", "passw0rd", "pa55word", "admin@123",
    ]) func `refuses what everybody tries first`(password: String) {
        #expect(throws: PasswordFault.common) { try PasswordRule.standard.check(Array(password.utf8)) }
    }

    @Test func `knows far more than three thousand of them`() {
        let endings = ["", "1", "12", "123", "!", "1!", "2025", "2026", "007", "99"]
        var known = Set<String>()
        // Some of the words are enough for that.
        for word in CommonWords.all.filter({ $0.utf8.count >= 5 }).sorted().prefix(400) {
            for ending in endings {
                let password = word + ending
                if CommonPasswords.contains(Array(password.utf8)) { known.insert(password) }
                if CommonPasswords.contains(Array(password.uppercased().utf8)) { known.insert(password.uppercased()) }
            }
        }
        #expect(known.count > 3_000)
    }

    @Test(arguments: [
        "correct horse battery", "kvjxqwzu", "three blue kettles sing", "пароль номер один", "my-own-Sentence.9",
        "tr0ub4dor&3", "canary-password-1", "Zu4k.pPq", "日本語日本語日本人",
    ]) func `takes what nobody would try`(password: String) throws {
        try PasswordRule.standard.check(
            Array(password.utf8), names: ["ann", "ann@example.org", nil].compactMap(\.self))
    }

    @Test func `refuses little more than one's own name`() {
        let names = ["annabella.q", "Zweistein@example.org", "+4917012345678"]
        for password in [
            "annabella.q", "ANNABELLA.Q12", "1annabella.q!", "zweistein@example.org", "Zweistein77", "confab!?x",
            "+4917012345678",
        ] {
            #expect(throws: PasswordFault.namesTheUser, "\(password)") {
                try PasswordRule.standard.check(Array(password.utf8), names: names)
            }
        }
    }

    @Test func `says what is wrong`() {
        #expect(PasswordFault.tooShort(charactersMin: 8).code == "too_short")
        #expect(PasswordFault.tooShort(charactersMin: 8).detail == "A password has at least 8 characters.")
        #expect(PasswordFault.tooLong(bytesMax: 1024).code == "too_long")
    }
}
