import Admin
import Auth
import Testing

@Suite("Users file in JSON lines") struct JSONLinesFileTests {
    @Test func `reads every member`() throws {
        let text = #"""
            {"username":"alice","email":"alice@example.com","phone":"+491701234567","display_name":"Alice \"B\"",\#
            "role":"admin","password":"hunter\u00322222","password_hash":"$x","id":17,"tags":["a"]}
            """#
        let row = try #require(read(text).first?.row)
        #expect(row.line == 1)
        #expect(row.username == "alice")
        #expect(row.email == "alice@example.com")
        #expect(row.phone == "+491701234567")
        #expect(row.displayName == "Alice \"B\"")
        #expect(row.role == "admin")
        #expect(row.password?.matches(Array("hunter22222".utf8)) == true)
        #expect(row.passwordHash == "$x")
    }

    @Test(arguments: [
        (#"{"username":"a"}"#, ["1:a"]),
        ("{\"username\":\"a\"}\n{\"username\":\"b\"}\n", ["1:a", "2:b"]),
        ("{\"username\":\"a\"}\r\n{\"username\":\"b\"}\r\n", ["1:a", "2:b"]),
        ("\u{FEFF}\n \t\r\n  {\"username\":\"a\"}\n\n{\"username\":\"b\"}", ["3:a", "5:b"]),
        (#"{"username":null,"email":"x"}"#, ["1:-"]), (#"{"username":""}"#, ["1:-"]), ("{}", ["1:-"]),
    ]) func `reads a line at a time`(text: String, glances: [String]) throws {
        #expect(try read(text).map(\.glance) == glances)
    }

    static let megabyte = String(repeating: "x", count: 1 << 20)
    static let nineKibibytes = String(repeating: "x", count: 9 << 10)

    @Test(
        arguments: [
            ("{", .invalidJSON), (#"{"username":"a"#, .invalidJSON), (#"{"username":"a"},"#, .invalidJSON),
            (#"{"username":"a"}{"username":"b"}"#, .invalidJSON), (#"{'username':'a'}"#, .invalidJSON),
            (#"{"username":"\ud800"}"#, .invalidJSON), (#"{"username":"\u0000"}"#, .nulCharacter),
            ("{\"username\":\"a\0\"}", .invalidJSON), (#"{"username":"a","username":"b"}"#, .repeatedMember),
            (#"{"role":"member","\u0072ole":"admin"}"#, .repeatedMember),
            (#"{"username":1}"#, .notText(field: "username")),
            (#"{"phone":491701234567}"#, .notText(field: "phone")), (#"{"role":["admin"]}"#, .notText(field: "role")),
            (#"{"password":{}}"#, .notText(field: "password")), (#"{"email":true}"#, .notText(field: "email")),
            ("{\"username\":\"\(megabyte)\"}", .rowTooLarge(bytesMax: 65_536)),
            ("{\"username\":\"\(nineKibibytes)\"}", .fieldTooLarge(bytesMax: 8192)),
            ("{\"x\":" + String(repeating: "[", count: 40) + String(repeating: "]", count: 40) + "}", .invalidJSON),
        ] as [(String, RowFault.Reason)])
    func `says what is wrong with a line and reads the next`(text: String, reason: RowFault.Reason) throws {
        let results = try read("{}\n\(text)\n{\"username\":\"z\"}")
        #expect(results.map(\.glance) == ["1:-", "2!", "3:z"])
        #expect(results[1].fault?.reason == reason)
        #expect(results[1].fault?.detail.hasSuffix(".") == true)
    }

    @Test(arguments: ["[]", "null", "1", "\"a\"", "true"]) func `takes objects only`(text: String) throws {
        #expect(try read("{}\n\(text)")[1].fault == RowFault(line: 2, reason: .notAnObject))
    }

    @Test func `refuses a line that is not UTF-8 and reads the next`() throws {
        let results = try read(Array("{\"username\":\"".utf8) + [0xFF] + Array("\"}\n{\"username\":\"z\"}".utf8))
        #expect(results.map(\.glance) == ["1!", "2:z"])
        #expect(results.first?.fault?.reason == .invalidUTF8)
    }
}
