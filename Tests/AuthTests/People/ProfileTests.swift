import Base
import Testing

@testable import Auth

@Suite("Profile") struct ProfileTests {
    private let now: Timestamp

    init() throws { now = try #require(Timestamp(rfc3339: "2026-03-01T12:00:00Z")) }

    @Test(arguments: ["2026-03-01", "1906-03-01", "1905-03-02", "2000-02-29", "1999-12-31"])
    func `a date of birth is a day on which somebody alive was born`(text: String) throws {
        #expect(try BirthDate(text, asOf: now).text == text)
    }

    @Test(arguments: [
        "2026-03-02", "1905-03-01", "0000-01-01", "9999-12-31", "2001-02-29", "2001-13-01", "2001-00-10", "2001-04-31",
        "2001-1-1", "01-02-2001", "2001-02-28T00:00:00Z", "2001/02/28", "", "２００１-02-28", "2001-02-2a", "-001-02-28",
    ])
    func `no other day is a date of birth`(text: String) {
        do throws(ProfileFault) {
            _ = try BirthDate(text, asOf: now)
            Issue.record("\(text) was taken")
        } catch {
            #expect(error.code == "invalid_birth_date")
        }
    }

    @Test(arguments: [
        ("2008-03-01", 18), ("2008-03-02", 17), ("2008-02-29", 18), ("2026-03-01", 0), ("2026-03-02", -1),
    ])
    func `the age is counted in whole years`(text: String, age: Int) throws {
        #expect(try #require(BirthDate(stored: text)).age(at: now) == age)
    }

    @Test(arguments: [
        "de", "pt-BR", "zh-Hant-TW", "sr-Latn-RS", "de-CH-1996", "x-whatever", "en-a-bbb-x-a-ccc", "es-419",
    ])
    func `a language is a tag of RFC 5646`(text: String) throws { #expect(try LanguageTag(text).text == text) }

    @Test(arguments: ["", "-", "de-", "-de", "de--DE", "de_DE", "d", "123", "toolonglanguage", "de-ß", "en-a", "de DE"])
    func `what has not its form is no language`(text: String) {
        #expect(throws: ProfileFault.self) { try LanguageTag(text) }
    }

    @Test(arguments: [
        "UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+5", "EST5EDT", "Asia/Ust-Nera",
    ])
    func `a time zone is a name of the database's form`(text: String) throws {
        #expect(try TimeZoneName(text).text == text)
    }

    @Test(arguments: [
        "", "/", "Europe/", "../etc/passwd", "Europe//Berlin", "+01:00", "a/b/c/d", "Europe/Köln", "U T C",
    ])
    func `what has not its form is no time zone`(text: String) {
        #expect(throws: ProfileFault.self) { try TimeZoneName(text) }
    }

    @Test(arguments: ["https://example.org/a.png?b=c#d", "http://localhost:8080/x", "f_0123456789", "/api/v1/files/7"])
    func `an avatar is an address of the web or a file`(text: String) throws {
        #expect(try Profile.avatar(text) == text)
    }

    @Test(arguments: [
        "", "javascript:alert(1)", "JavaScript:x", "data:image/png;base64,AA==", "//elsewhere.example", "a b", "a\nb",
        "https://x/\"onload=", "vbscript:x", "file:///etc/passwd", "é.png", "<b>",
    ])
    func `nothing that a page could run is an avatar`(text: String) {
        #expect(throws: ProfileFault.self) { try Profile.avatar(text) }
    }

    @Test func `lengths are bounded`() {
        let long = String(repeating: "a", count: 3_000)
        #expect(throws: ProfileFault.self) { try Profile.avatar(long) }
        #expect(throws: ProfileFault.self) { try Profile.bio(long) }
        #expect(throws: ProfileFault.self) { try LanguageTag(long) }
        #expect(throws: ProfileFault.self) { try TimeZoneName(long) }
        #expect(throws: ProfileFault.self) { try Profile.bio("a\0b") }
    }

    @Test func `another address is not verified, the same one stays so`() throws {
        var account = Account(
            id: try #require(UserID(rawValue: 1)), uuid: "u", username: "ann", email: "a@example.org", phone: "+491701",
            role: .member, isActive: true, createdAt: now, updatedAt: now)
        account.isEmailVerified = true
        account.isPhoneVerified = true
        var change = AccountChange()
        change.email = .set(try EmailAddress("b@example.org"))
        #expect(!account.changed(by: change).isEmailVerified)
        #expect(account.changed(by: change).isVerified, "the phone still is")
        change.email = .set(try EmailAddress("a@example.org"))
        #expect(account.changed(by: change) == account)
        #expect(change.isSensitive)
        #expect(!AccountChange().isSensitive)
    }

    @Test func `nobody is touched or raised by who may less`() {
        #expect(Rank([.readUsers, .writeUsers]).covers(.readUsers))
        #expect(Rank([.readUsers]).covers([]))
        #expect(!Rank([.readUsers]).covers([.readUsers, .moderate]))
        #expect(Rank.operator.covers(.all))
    }
}
