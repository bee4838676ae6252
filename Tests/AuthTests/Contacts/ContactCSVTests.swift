import Base
import Testing

@testable import Auth

@Suite("Contacts in CSV") struct ContactCSVTests {
    @Test(
        arguments: [
            ("name,email,phone\nAnn,a@x.org,+49 151 2345678\n", ["2:Ann a@x.org +491512345678"]),
            (
                "\u{FEFF}Phone;E-Mail;Name\r\n0049 151/2345678;A@X.org;\"Ann; B.\"\r\n",
                ["2:Ann; B. a@x.org +491512345678"]
            ),
            ("First Name\tLast Name\tE-mail Address\tMobile Phone\nAnn\tBell\ta@x.org\t\n", ["2:Ann Bell a@x.org"]),
            ("sep=;\nname;email\nAnn;a@x.org\n", ["3:Ann a@x.org"]),
            ("name,email\rAnn,a@x.org\rBob,b@x.org", ["2:Ann a@x.org", "3:Bob b@x.org"]),
            ("Vorname;Nachname;Telefon\nJörg;Müller;+4930123456\n", ["2:Jörg Müller +4930123456"]),
            (
                "name,email\n\"Ann \"\"A\"\"\nBell\",a@x.org\nBob,b@x.org",
                ["2:Ann \"A\" Bell a@x.org", "4:Bob b@x.org"]
            ),
            ("name,email\nAnn \"the\" Bell,a@x.org\n", ["2:Ann \"the\" Bell a@x.org"]),
            ("name,email\nAnn,a@x.org,,\n", ["2:Ann a@x.org"]),
            ("name,email,phone\nAnn,a@x.org\n", ["2:Ann a@x.org"]),
            ("email\na@x.org\n\n  \nb@x.org", ["2:- a@x.org", "5:- b@x.org"]),
            (
                "Name,Given Name,Family Name,E-mail 1 - Type,E-mail 1 - Value,E-mail 2 - Value,Phone 1 - Type,"
                    + "Phone 1 - Value\nAnn Bell,Ann,Bell,* Home,a@x.org ::: a2@x.org,b@x.org,Mobile,+4915123456\n",
                ["2:Ann Bell a@x.org a2@x.org b@x.org +4915123456"]
            ),
            ("Name,Surname,Email\nAnn,Bell,a@x.org\n", ["2:Ann Bell a@x.org"]),
            ("Company,Email\nExample Ltd,a@x.org\n", ["2:Example Ltd a@x.org"]),
            ("姓名,电话\n王,+8613800138000\n", ["2:王 +8613800138000"]),
        ] as [(String, [String])])
    func `reads what address books write`(text: String, glances: [String]) throws {
        #expect(try readContacts(text).glances == glances)
    }

    @Test(
        arguments: [
            ("name,email\nAnn,\nBob,b@x.org", ["3:Bob b@x.org", "2!required"]),
            ("name,email\nAnn,nonsense\nBob,b@x.org", ["3:Bob b@x.org", "2!invalid_format"]),
            ("name,email,phone\nAnn,a@x.org,12\n", ["2:Ann a@x.org", "2!invalid_format"]),
            ("name,email\nAnn,a@x.org,x,y\nBob,b@x.org", ["3:Bob b@x.org", "2!wrong_field_count"]),
            (
                "name,email\n\"Ann,a@x.org\nBob,b@x.org\nCy,c@x.org",
                ["3:Bob b@x.org", "4:Cy c@x.org", "2!unclosed_quote"]
            ),
            ("name,email\n\"Ann\"x,a@x.org\nBob,b@x.org", ["3:Bob b@x.org", "2!misplaced_quote"]),
            ("name,email\nA\0nn,a@x.org\nBob,b@x.org", ["3:Bob b@x.org", "2!nul_character"]),
            ("name,email\nA\rnn,a@x.org\nBob,b@x.org", ["3:Bob b@x.org", "2!stray_carriage_return"]),
        ] as [(String, [String])])
    func `tells what is wrong by its line, and loses no other row`(text: String, glances: [String]) throws {
        #expect(try readContacts(text).glances == glances)
    }

    @Test func `tells of a row that is not UTF-8, and of what is too large, and goes on`() throws {
        let start = Array("name,email\n".utf8), bob = Array("\nBob,b@x.org".utf8)
        #expect(
            try readContacts(start + [0xE4] + Array(",a@x.org".utf8) + bob).glances
                == ["3:Bob b@x.org", "2!invalid_utf8"])
        let long = [UInt8](repeating: 0x61, count: 1 << 20)
        #expect(try readContacts(start + long + bob).glances == ["3:Bob b@x.org", "2!field_too_large"])
        let open = Array("\"".utf8) + long
        #expect(try readContacts(start + open + bob).glances == ["3:Bob b@x.org", "2!field_too_large"])
        let columns = [UInt8](repeating: UInt8(ascii: ","), count: 1_000_000)
        #expect(try readContacts(start + columns + bob).glances == ["3:Bob b@x.org", "2!too_many_columns"])
        // Nor is what stands behind the bound taken for a row of its own.
        let tail = Array(",tail@x.org".utf8)
        for piece in [20_000, 64 << 10, 100_000] {
            #expect(
                try readContacts(start + long + tail + bob, piece: piece).glances
                    == ["3:Bob b@x.org", "2!field_too_large"])
        }
    }

    @Test(
        arguments: [
            ("", "empty"), ("\u{FEFF}\n\n", "empty"), ("a,b\n1,2\n", "no_header"), ("Ann,a@x.org\n", "no_header"),
            ("na\0me,email\n", "nul_character"), (String(repeating: ",", count: 1_000_000) + "email", "no_header"),
            ("\"name,email\nAnn,a@x.org", "unclosed_quote"),
        ] as [(String, String)])
    func `a file that nothing can be read of is refused as a whole`(text: String, code: String) {
        let fault = #expect(throws: ContactFileFault.self) { try readContacts(text, as: .csv) }
        let isWide = text.utf8.count > ContactFileReader.startBytesMax
        #expect(fault?.code == code || isWide && fault?.code == "too_many_columns")
    }

    @Test func `UTF-16 and UTF-32 are refused in words`() {
        let text = Array("name,email\nAnn,a@x.org".utf8)
        func wide(_ before: [UInt8], _ after: [UInt8]) -> [UInt8] {
            text.reduce(into: []) { $0 += before + [$1] + after }
        }
        let files: [[UInt8]] = [
            [0xFF, 0xFE] + wide([], [0]), [0xFE, 0xFF] + wide([0], []), wide([], [0]), wide([0], []),
            wide([0, 0, 0], []),
        ]
        for bytes in files {
            let fault = #expect(throws: ContactFileFault.self) { try readContacts(bytes) }
            #expect(fault?.code == "unsupported_encoding")
            #expect(fault?.detail.contains("UTF-8") == true)
        }
    }

    @Test(
        arguments: [
            ("+49 (0)151 2345678", "49", "+491512345678"), ("0151 2345678", "49", "+491512345678"),
            ("00441632960000", "49", "+441632960000"), ("(212) 555-0123", "1", "+12125550123"),
            ("1-212-555-0123", "1", "+12125550123"), ("011 49 30 123456", "1", "+4930123456"),
            ("06 12345678", "39", "+390612345678"), ("8 912 345-67-89", "7", "+79123456789"),
            ("tel:+49-30-123456;ext=5", nil, "+4930123456"), ("0049 30 123456", nil, "+4930123456"),
            ("0151 2345678", nil, nil), ("call me", "49", nil), ("", "49", nil),
        ] as [(String, String?, String?)])
    func `numbers are understood as people write them`(text: String, country: String?, number: String?) {
        let phone = try? PhoneNumber(written: text, dialling: country.flatMap { DiallingCode($0) })
        #expect(phone?.text == number)
    }
}
