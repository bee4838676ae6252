import Admin
import Auth
import Testing

@Suite("Imported row") struct ImportRowTests {
    static let hash = "$scrypt$ln=14,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$" + String(repeating: "A", count: 43)

    private func row(_ change: (inout ImportRow) -> Void) -> ImportRow {
        var row = ImportRow(line: 7)
        row.username = "alice"
        change(&row)
        return row
    }

    @Test func `becomes an account with its names folded`() throws {
        let account = try row {
            $0.username = " Alice "
            $0.email = "Alice@Example.com"
            $0.phone = "+49 170 1234567"
            $0.displayName = " Alice B. "
            $0.role = "restaurant_manager"
            $0.password = Secret(Array(" slow hunter 2 ".utf8))
        }.account(uuid: "u1")
        #expect(account.uuid == "u1")
        #expect(account.username?.folded == "alice")
        #expect(account.email?.folded == "alice@example.com")
        #expect(account.phone?.text == "+491701234567")
        #expect(account.displayName == "Alice B.")
        #expect(account.role == .restaurantManager)
        guard case .password(let password) = account.credential else {
            Issue.record("no password")
            return
        }
        #expect(password.matches(Array(" slow hunter 2 ".utf8)))
    }

    @Test func `is a member without a password unless it says otherwise`() throws {
        let account = try row { _ in }.account(uuid: "u1")
        #expect(account.role == .member)
        guard case .none = account.credential else {
            Issue.record("a credential from nowhere")
            return
        }
    }

    @Test func `keeps a hash of our own kind`() throws {
        let account = try row { $0.passwordHash = Self.hash }.account(uuid: "u1")
        #expect(account.passwordHash?.text == Self.hash)
    }

    static let badRows: [(@Sendable (inout ImportRow) -> Void, RowFault.Reason)] = [
        ({ $0.username = nil }, .noName), ({ $0.username = "  " }, .noName),
        ({ $0.role = "root" }, .unknownRole), ({ $0.role = "Admin" }, .unknownRole),
        ({ $0.password = Secret([0x61]) }, .badPassword(.tooShort(charactersMin: 8))),
        (
            { $0.password = Secret([UInt8](repeating: 0x61, count: 1025)) },
            .badPassword(.tooLong(bytesMax: 1024))
        ),
        (
            {
                $0.password = Secret(Array("hunter2222".utf8))
                $0.passwordHash = hash
            }, .passwordAndHash
        ),
        ({ $0.passwordHash = "pbkdf2_sha256$600000$salt$hash" }, .badHash),
        ({ $0.passwordHash = "scrypt:32768:8:1$salt$hash" }, .badHash),
        ({ $0.passwordHash = "$2b$12$abcdefghijklmnopqrstuv" }, .badHash),
        ({ $0.passwordHash = "hunter2222" }, .foreignHash), ({ $0.passwordHash = "$scrypt$" }, .badHash),
        (
            { $0.passwordHash = hash.replacing("ln=14", with: "ln=20") }, .badHash
        ),
    ]

    @Test(arguments: badRows)
    func `is refused for what it says`(change: @Sendable (inout ImportRow) -> Void, reason: RowFault.Reason) {
        let fault = #expect(throws: RowFault.self) { try row(change).account(uuid: "u1") }
        #expect(fault == RowFault(line: 7, reason: reason))
        #expect(fault?.detail.hasSuffix(".") == true)
    }

    static let badNames: [(@Sendable (inout ImportRow) -> Void, String)] = [
        ({ $0.username = "a b" }, "username"), ({ $0.username = "12345" }, "username"),
        ({ $0.email = "nobody" }, "email"), ({ $0.email = "a@b.c\r\nBcc: d@e.f" }, "email"),
        ({ $0.phone = "0170 1234567" }, "phone"), ({ $0.displayName = "a\u{1B}[2J" }, "display_name"),
    ]

    @Test(arguments: badNames)
    func `is refused for a name, and says which`(change: @Sendable (inout ImportRow) -> Void, field: String) {
        let fault = #expect(throws: RowFault.self) { try row(change).account(uuid: "u1") }
        guard case .badName(field, _) = fault?.reason else {
            Issue.record("\(String(describing: fault))")
            return
        }
        #expect(fault?.detail.hasPrefix("\(field): ") == true)
    }

    @Test func `is held to the rule that is set`() throws {
        let rule = try #require(PasswordRule(charactersMin: 6))
        _ = try row { $0.password = Secret(Array("qz4w9k".utf8)) }.account(uuid: "u1", rule: rule)
    }

    @Test func `never repeats a password when it is shown`() {
        var shown = ""
        dump(row { $0.password = Secret(Array("hunter2222".utf8)) }, to: &shown)
        #expect(!shown.contains("hunter"))
    }
}
