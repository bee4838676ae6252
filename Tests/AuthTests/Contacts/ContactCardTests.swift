import Base
import Testing

@testable import Auth

@Suite("Contacts in vCards and JSON") struct ContactCardTests {
    @Test(
        arguments: [
            (
                "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Bell;Ann;;Dr.;\r\nFN:Dr. Ann Bell\r\nEMAIL;TYPE=INTERNET:a@x.org\r\n"
                    + "item1.EMAIL;TYPE=\"home:x\":b@x.org\r\nTEL;TYPE=CELL:+49 151 2345678\r\nEND:VCARD\r\n",
                ["1:Dr. Ann Bell a@x.org b@x.org +491512345678"]
            ),
            (
                "begin:vcard\nversion:4.0\nn:Bell;Ann;;;\nTEL;VALUE=uri:tel:+49-30-123456;ext=5\n"
                    + "email:mailto:a@x.org\nend:vcard\n",
                ["1:Ann Bell a@x.org +4930123456"]
            ),
            (
                "BEGIN:VCARD\r\nFN:Ann\r\n  Bell\\, Sir\\;\r\nEMAIL:a@\r\n x.org\r\nEND:VCARD\r\n",
                ["1:Ann Bell, Sir; a@x.org"]
            ),
            (
                "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;"
                    + "J=C3=B6=\r\nrg;;;\r\nTEL;CELL:+4930123456\r\nEND:VCARD\r\n",
                ["1:Jörg Müller +4930123456"]
            ),
            ("BEGIN:VCARD\rFN:Ann\rEMAIL:a@x.org\rEND:VCARD\r", ["1:Ann a@x.org"]),
            ("\u{FEFF}\n\nBEGIN:VCARD\nORG:Example\\; Ltd;Sales\nEMAIL:a@x.org\nEND:VCARD", ["3:Example; Ltd a@x.org"]),
        ] as [(String, [String])])
    func `cards are read as phones write them`(text: String, glances: [String]) throws {
        #expect(try readContacts(text).glances == glances)
    }

    @Test(
        arguments: [
            ("BEGIN:VCARD\nFN:Ann\nEND:VCARD\nBEGIN:VCARD\nEMAIL:b@x.org\nEND:VCARD", ["4:- b@x.org", "1!required"]),
            (
                "BEGIN:VCARD\nEMAIL:a@x.org\nBEGIN:VCARD\nEMAIL:b@x.org\nEND:VCARD\nBEGIN:VCARD\nEMAIL:c@x.org",
                ["3:- b@x.org", "1!unclosed_card", "6!unclosed_card"]
            ),
            (
                "BEGIN:VCARD\nEMAIL:a@x.org\nEND:VCARD\nwhat\nis this\nBEGIN:VCARD\nEMAIL:b@x.org\nEND:VCARD\nand this",
                ["1:- a@x.org", "6:- b@x.org", "4!outside_card", "9!outside_card"]
            ),
        ] as [(String, [String])])
    func `what is no card is told by its line`(text: String, glances: [String]) throws {
        #expect(try readContacts(text, as: .vcard).glances == glances)
    }

    @Test func `a picture is passed over, and a card that is too large is told`() throws {
        func card(_ name: String, picture: Int) -> String {
            let lines = String(repeating: " " + String(repeating: "A", count: 74) + "\r\n", count: picture / 75)
            return "BEGIN:VCARD\r\nFN:\(name)\r\nPHOTO;ENCODING=b:\r\n\(lines)EMAIL:\(name)@x.org\r\nEND:VCARD\r\n"
        }
        let text = card("ann", picture: 300_000) + card("bob", picture: 10 << 20) + card("cy", picture: 100)
        let slice = try readContacts(Array(text.utf8), piece: 64 << 10)
        #expect(slice.contacts.map(\.name) == ["ann", "cy"])
        #expect(slice.faults.map(\.code) == ["row_too_large"])
    }

    @Test(
        arguments: [
            (#"[{"name":"Ann","email":"a@x.org","phone":"+4930123456"}]"#, ["1:Ann a@x.org +4930123456"]),
            (
                #"{"version":{"a":[1]},"contacts":[{"first_name":"Ann","last_name":"Bell","#
                    + #""emails":["a@x.org","b@x.org"]}],"x":1}"#,
                ["1:Ann Bell a@x.org b@x.org"]
            ),
            (
                "{\"name\":\"Ann\",\"email\":\"a@x.org\"}\n{\"name\":\"Bob\",\"email\":\"b@x.org\"}\n",
                ["1:Ann a@x.org", "2:Bob b@x.org"]
            ),
            (#" [ ] "#, []),
            (
                #"[{"displayName":"Ann ]}\"","emails":[{"value":"a@x.org","type":"home"}]},7,"x","#
                    + #"{"email":"b@x.org"},{"name":"C",}]"#,
                ["1:Ann ]}\" a@x.org", "4:- b@x.org", "2!not_an_object", "3!not_an_object", "5!invalid_json"]
            ),
            (#"[{"email":"a@x.org"},{"email":"b@x.org"#, ["1:- a@x.org", "2!invalid_json"]),
            (#"[{"email":"a@x.org"},{"email":"b\ud800@x.org"}]"#, ["1:- a@x.org", "2!invalid_json"]),
        ] as [(String, [String])])
    func `JSON is read by its contacts, each for itself`(text: String, glances: [String]) throws {
        #expect(try readContacts(text).glances == glances)
    }

    @Test(
        arguments: [
            ("text/csv; charset=utf-8", ContactFormat.csv), ("TEXT/VCARD", .vcard), ("text/x-vcard", .vcard),
            ("application/json", .json), ("application/octet-stream", nil), ("", nil),
        ] as [(String, ContactFormat?)])
    func `the kind of file is told by its type, else by its bytes`(type: String, format: ContactFormat?) {
        #expect(ContactFormat(contentType: type) == format)
    }
}
