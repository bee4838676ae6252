import Auth
import Testing

@Suite("Names") struct NameTests {
    /// The word for why a name is refused; `nil` when it is taken.
    private func code(_ parse: () throws(NameFault) -> Void) -> String? {
        do throws(NameFault) {
            try parse()
            return nil
        } catch {
            #expect(error.detail.hasSuffix("."))
            return error.code
        }
    }

    // MARK: Usernames

    @Test(arguments: [
        ("alice", "alice"), ("Alice.B", "alice.b"), ("a", "a"), ("7_", "7_"), ("x-1", "x-1"), ("1a", "1a"),
        (String(repeating: "A", count: 64), String(repeating: "a", count: 64)),
    ]) func `folds a username and keeps it as typed`(text: String, folded: String) throws {
        let username = try Username(text)
        #expect(username.text == text)
        #expect(username.folded == folded)
    }

    @Test(arguments: [
        ("", "too_short"), (String(repeating: "a", count: 65), "too_long"), ("0", "invalid_format"),
        ("12345678", "invalid_format"), ("a@b", "invalid_format"), ("a b", "invalid_format"), (" a", "invalid_format"),
        ("a\n", "invalid_format"), ("a\0", "invalid_format"), ("é", "invalid_format"), ("аdmin", "invalid_format"),
        ("a/b", "invalid_format"), ("+1a", "invalid_format"), ("<b>", "invalid_format"), ("１２", "invalid_format"),
        ("\u{212A}", "invalid_format"), (String(repeating: "a", count: 1 << 20), "too_long"),
    ]) func `refuses what is no username`(text: String, expected: String) {
        #expect(code { () throws(NameFault) in _ = try Username(text) } == expected)
    }

    // MARK: E-mail addresses

    @Test(arguments: [
        ("Alice@Example.COM", "Alice@example.com", "alice@example.com"),
        ("a@b.co", "a@b.co", "a@b.co"),
        ("first.last+tag@mail.example.org", "first.last+tag@mail.example.org", "first.last+tag@mail.example.org"),
        ("o'brien!#$%&*/=?^_`{|}~-@x.y", "o'brien!#$%&*/=?^_`{|}~-@x.y", "o'brien!#$%&*/=?^_`{|}~-@x.y"),
        ("Ünal@MÜNCHEN.example", "Ünal@münchen.example", "ünal@münchen.example"),
        ("用户@例え.jp", "用户@例え.jp", "用户@例え.jp"),
        ("root@localhost", "root@localhost", "root@localhost"),
        ("1@1.1", "1@1.1", "1@1.1"),
        ("a@xn--bcher-kva.example", "a@xn--bcher-kva.example", "a@xn--bcher-kva.example"),
    ]) func `folds an e-mail address and keeps its local part as typed`(text: String, kept: String, folded: String)
        throws
    {
        let email = try EmailAddress(text)
        #expect(email.text == kept)
        #expect(email.folded == folded)
    }

    static let longLocal = String(repeating: "a", count: 64)
    static let longLabel = String(repeating: "b", count: 63)

    @Test func `takes an e-mail address of the greatest length`() throws {
        let text = "\(Self.longLocal)@\(Self.longLabel).\(Self.longLabel).\(String(repeating: "c", count: 61))"
        #expect(text.utf8.count == 254)
        _ = try EmailAddress(text)
        #expect(code { () throws(NameFault) in _ = try EmailAddress(text + "c") } == "too_long")
    }

    @Test(arguments: [
        ("", "too_short"), ("alice", "invalid_format"), ("@", "invalid_format"), ("a@", "invalid_format"),
        ("@b.c", "invalid_format"), ("a@b@c.d", "invalid_format"), ("a@b", "invalid_format"),
        ("a b@c.d", "invalid_format"), ("a@b .c", "invalid_format"), (" a@b.c", "invalid_format"),
        ("a@b.c ", "invalid_format"), ("a@b.c\n", "invalid_format"), ("a\r\nBcc:x@b.c", "invalid_format"),
        ("a\0@b.c", "invalid_format"), ("a@b..c", "invalid_format"), ("a@.b.c", "invalid_format"),
        ("a@b.c.", "invalid_format"), (".a@b.c", "invalid_format"), ("a.@b.c", "invalid_format"),
        ("a..b@c.d", "invalid_format"), ("a@-b.c", "invalid_format"), ("a@b-.c", "invalid_format"),
        ("a@b_c.d", "invalid_format"), ("\"a\"@b.c", "invalid_format"), ("a@[127.0.0.1]", "invalid_format"),
        ("<a@b.c>", "invalid_format"), ("a,b@c.d", "invalid_format"), ("a;b@c.d", "invalid_format"),
        ("a(x)@b.c", "invalid_format"), ("a@b.c\u{202E}", "invalid_format"), ("a\u{200B}@b.c", "invalid_format"),
        ("a\u{00A0}b@c.d", "invalid_format"), ("a\u{85}@c.d", "invalid_format"), ("a\u{2028}@c.d", "invalid_format"),
        ("a@b。c", "invalid_format"), ("\(longLocal)a@b.c", "too_long"), ("a@\(longLabel)b.c", "too_long"),
        ("\(String(repeating: "é", count: 33))@b.c", "too_long"), (String(repeating: "@", count: 1 << 20), "too_long"),
    ]) func `refuses what is no e-mail address`(text: String, expected: String) {
        #expect(code { () throws(NameFault) in _ = try EmailAddress(text) } == expected)
    }

    // MARK: Phone numbers

    @Test(arguments: [
        ("+491701234567", "+491701234567"), ("+1 (212) 555-0123", "+12125550123"),
        ("+44.20.7946.0958", "+442079460958"),
        ("+1234567", "+1234567"), ("+123456789012345", "+123456789012345"), (" +7 900 000-00-00 ", "+79000000000"),
    ]) func `reads a phone number as people write it`(text: String, normal: String) throws {
        let phone = try PhoneNumber(text)
        #expect(phone.text == normal)
        #expect(phone.folded == normal)
    }

    @Test(arguments: [
        ("", "invalid_format"), ("+", "too_short"), ("+123456", "too_short"), ("+1234567890123456", "too_long"),
        ("1234567", "invalid_format"), ("+01234567", "invalid_format"), ("++1234567", "invalid_format"),
        ("+1234567x", "invalid_format"), ("+1234567;ext=1", "invalid_format"), ("00491701234567", "invalid_format"),
        ("+١٢٣٤٥٦٧٨", "invalid_format"), ("+1234567\n", "invalid_format"), ("+1234567\0", "invalid_format"),
        ("＋1234567", "invalid_format"), (String(repeating: "+", count: 1 << 20), "too_long"),
        ("+1" + String(repeating: " ", count: 80) + "234567", "too_long"),
    ]) func `refuses what is no phone number`(text: String, expected: String) {
        #expect(code { () throws(NameFault) in _ = try PhoneNumber(text) } == expected)
    }

    // MARK: Display names

    @Test(arguments: [
        ("Alice B.", "Alice B."), ("  Ünal  ", "Ünal"), ("日本 太郎", "日本 太郎"), ("👩‍👧", "👩‍👧"), ("12", "12"),
        (String(repeating: "x", count: 256), String(repeating: "x", count: 256)),
    ]) func `takes a display name of any script`(text: String, kept: String) throws {
        #expect(try DisplayName(text).text == kept)
    }

    @Test(arguments: [
        ("", "too_short"), ("   ", "too_short"), ("\u{3000}", "too_short"), ("a\nb", "invalid_format"),
        ("a\0", "invalid_format"), ("a\u{1B}[31m", "invalid_format"), ("a\u{202E}b", "invalid_format"),
        ("a\u{2028}b", "invalid_format"), (String(repeating: "x", count: 257), "too_long"),
    ]) func `refuses what is no display name`(text: String, expected: String) {
        #expect(code { () throws(NameFault) in _ = try DisplayName(text) } == expected)
    }

    // MARK: Login names

    @Test(
        arguments: [
            ("Alice", .username("alice")), ("12-34", .username("12-34")),
            ("Alice@Example.com", .email("alice@example.com")),
            ("+49 170 1234567", .phone("+491701234567")), ("491701234567", .phone("+491701234567")),
            ("", nil), ("a b", nil), ("123", nil), ("0123456789", nil), ("@", nil), ("+", nil), ("a@b", nil),
            ("1@2@3", nil), ("+a", nil), ("\0", nil), (String(repeating: "1", count: 1 << 20), nil),
        ] as [(String, LoginName?)])
    func `decides by its shape what a login is`(text: String, expected: LoginName?) {
        #expect(LoginName.read(text) == expected)
    }
}
