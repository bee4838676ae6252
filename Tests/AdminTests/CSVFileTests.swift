import Admin
import Auth
import Testing

@Suite("Users file in CSV") struct CSVFileTests {
    @Test func `reads every column, whatever their order`() throws {
        let text = """
            role,password,display_name,phone,email,username,id
            admin,hunter2222,Alice B.,+491701234567,alice@example.com,alice,17
            """
        let row = try #require(read(text).first?.row)
        #expect(row.line == 2)
        #expect(row.username == "alice")
        #expect(row.email == "alice@example.com")
        #expect(row.phone == "+491701234567")
        #expect(row.displayName == "Alice B.")
        #expect(row.role == "admin")
        #expect(row.password?.matches(Array("hunter2222".utf8)) == true)
        #expect(row.passwordHash == nil)
    }

    @Test(arguments: [
        ("username\na\nb\n", ["2:a", "3:b"]),
        ("username\r\na\r\nb\r\n", ["2:a", "3:b"]),
        ("username\na\nb", ["2:a", "3:b"]),
        ("username\r\na\r\nb\r", ["2:a", "3:b"]),
        ("\u{FEFF}username\na", ["2:a"]),
        ("\n\r\n  \n username \n\n\na\n \t\n\nb\n\n", ["7:a", "10:b"]),
        ("UserName,E-mail\na,b", ["2:a"]),
        ("\"username\",\"email\"\r\n\"a\",\"b\"\r\n", ["2:a"]),
        ("username,email\n,x@y.z\n", ["2:-"]),
        ("username,email\n\"\",x@y.z\n", ["2:-"]),
        ("username,note\na,\"one\ntwo\r\nthree\"\nb,x", ["2:a", "5:b"]),
        ("username,note\n\"a \"\"b\"\", c\",\"\"\"\"\n", ["2:a \"b\", c"]),
        ("username,\na,\n", ["2:a"]),
        ("username\n", []), ("username", []), ("email\n a@b.c \n", ["2:-"]),
    ]) func `reads what RFC 4180 describes`(text: String, glances: [String]) throws {
        #expect(try read(text).map(\.glance) == glances)
    }

    @Test func `keeps what stands inside quotes as it is`() throws {
        let row = try #require(read("username,display_name,password\na,\"x,\r\n\"\"y\"\"\",\" p w \"").first?.row)
        #expect(row.displayName == "x,\r\n\"y\"")
        #expect(row.password?.matches(Array(" p w ".utf8)) == true)
    }

    @Test(
        arguments: [
            ("", .emptyFile), (" \r\n\t\n", .emptyFile), ("\u{FEFF}", .emptyFile), ("id,name\n1,a", .headerNamesNobody),
            ("password\nx", .headerNamesNobody), ("[{\"username\":\"a\"}]", .jsonArray),
            ("user\"name\na", .misplacedQuote),
            ("username,email,Username\n", .repeatedColumn("username")), ("username;email\na;b", .headerNamesNobody),
            ("\"username\na", .unclosedQuote), ("user\0name\na", .nulCharacter),
            ("username\ra\rb", .strayCarriageReturn),
            (String(repeating: ",", count: 256) + "username", .tooManyColumns(countMax: 256)),
            (String(repeating: "x", count: 8193), .fieldTooLarge(bytesMax: 8192)),
            (String(repeating: "\n", count: 1000), .emptyFile),
        ] as [(String, RowFault.Reason)])
    func `does not begin with a first line that names no columns`(text: String, reason: RowFault.Reason) {
        let fault = #expect(throws: RowFault.self) { try read(text) }
        #expect(fault?.reason == reason)
        #expect(fault?.detail.hasSuffix(".") == true)
    }

    static let megabyte = String(repeating: "x", count: 1 << 20)

    @Test(
        arguments: [
            ("a,b,c\nz,1", ["2!", "3:z"], .wrongFieldCount(expected: 2, found: 3)),
            ("a\nz,1", ["2!", "3:z"], .wrongFieldCount(expected: 2, found: 1)),
            ("a,\"b\nz,1\nsuper,1", ["2!"], .unclosedQuote),
            ("a,\"b\"\"\nz,1", ["2!"], .unclosedQuote),
            ("a,\"b\"c\nz,1", ["2!"], .misplacedQuote),
            ("a,b\"c\"\nz,1", ["2!"], .misplacedQuote),
            ("a, \"b\"\nz,1", ["2!"], .misplacedQuote),
            ("a,\"b\"\rc\nz,1", ["2!"], .misplacedQuote),
            ("a,b\rc\nz,1", ["2!", "3:z"], .strayCarriageReturn),
            ("a\0,b\nz,1", ["2!", "3:z"], .nulCharacter),
            ("a,\"\0\"\nz,1", ["2!", "3:z"], .nulCharacter),
            ("\(megabyte),b\nz,1", ["2!", "3:z"], .fieldTooLarge(bytesMax: 8192)),
            ("a,\"\(megabyte)\nroot,1\n\"\nz,1", ["2!", "5:z"], .fieldTooLarge(bytesMax: 8192)),
            ("a,\"\(megabyte)", ["2!"], .unclosedQuote),
            (String(repeating: ",", count: 1 << 20) + "\nz,1", ["2!", "3:z"], .tooManyColumns(countMax: 256)),
            (
                String(repeating: String(repeating: "x", count: 8000) + ",", count: 10) + "\nz,1", ["2!", "3:z"],
                .rowTooLarge(bytesMax: 65_536)
            ),
            ("\"", ["2!"], .unclosedQuote), ("\"\"\"", ["2!"], .unclosedQuote),
        ] as [(String, [String], RowFault.Reason)])
    func `says what is wrong with a row, and goes on where it can`(
        text: String, glances: [String], reason: RowFault.Reason
    ) throws {
        let results = try read("username,email\n" + text)
        #expect(results.map(\.glance) == glances)
        #expect(results.first?.fault?.reason == reason)
    }

    @Test(
        arguments: [
            [0xFF], [0xC3], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x80],
        ] as [[UInt8]])
    func `refuses a row that is not UTF-8 and reads the next`(bytes: [UInt8]) throws {
        let results = try read(Array("username\na".utf8) + bytes + Array("\nz\n".utf8))
        #expect(results.map(\.glance) == ["2!", "3:z"])
        #expect(results.first?.fault?.reason == .invalidUTF8)
    }

    @Test func `refuses a file that is too large to hold`() {
        let bytes = [UInt8](repeating: 0x61, count: ImportLimits.fileBytesMax + 1)
        let fault = #expect(throws: RowFault.self) { try read(bytes) }
        #expect(fault?.reason == .fileTooLarge(bytesMax: 64 << 20))
    }
}
