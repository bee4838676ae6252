import Base
import Testing

@Suite("JSON read") struct JSONDocumentTests {
    @Test func `reads members, whatever their order and spacing`() throws {
        let root = try JSONDocument(parsing: #" { "b" : [ 1 , -2, "x" ] , "a":{"n":null,"t":true} } "#).root
        #expect(root["a"]?["t"]?.bool == true)
        #expect(root["a"]?["n"]?.isNull == true)
        #expect(root["a"]?.present("n") == nil)
        #expect(root["b"]?.elements.map(\.integer) == [1, -2, nil])
        #expect(root["c"] == nil)
        #expect(root.members.map(\.name) == ["b", "a"])
    }

    @Test(arguments: [
        (#""a\"\\\/\b\f\n\r\t""#, "a\"\\/\u{8}\u{C}\n\r\t"), (#""\u00e9\ud83d\ude00""#, "é😀"), (#""日本""#, "日本"),
    ]) func `unescapes strings`(json: String, text: String) throws {
        #expect(try JSONDocument(parsing: json).root.string == text)
    }

    @Test(
        arguments: [
            ("0", 0), ("-1", -1), ("9223372036854775807", Int64.max), ("-9223372036854775808", Int64.min),
        ] as [(String, Int64)]) func `reads plain integers`(json: String, number: Int64) throws
    {
        #expect(try JSONDocument(parsing: json).root.integer == number)
    }

    @Test(arguments: ["1.0", "1e2", "-0", "9223372036854775808", "1e400", "\"1\""])
    func `takes no other number for an integer`(json: String) throws {
        #expect(try JSONDocument(parsing: json).root.integer == nil)
    }

    @Test(arguments: [
        "", " ", "{", "[1,", "[1,]", "{\"a\"}", "{\"a\":}", "{a:1}", "01", "1.", "+1", ".5", "1e", "nul", "truE", "\"a",
        "\"\\x\"", "\"\\u12\"", "\"\u{1}\"", "[1] 2", "NaN", "'a'", "\u{FEFF}1", "[1 2]", "{\"a\":1 \"b\":2}", "-",
        "\\",
    ]) func `refuses what is no JSON`(json: String) {
        #expect(throws: JSONError.self) { try JSONDocument(parsing: json) }
    }

    @Test func `refuses what other parsers read differently`() {
        #expect(throws: JSONError.duplicateMember(offset: 7)) { try JSONDocument(parsing: #"{"a":1,"\u0061":2}"#) }
        #expect(throws: JSONError.loneSurrogate(offset: 1)) { try JSONDocument(parsing: #""\ud800""#) }
        #expect(throws: JSONError.loneSurrogate(offset: 1)) { try JSONDocument(parsing: #""\udc00""#) }
        #expect(throws: JSONError.nulCharacter(offset: 1)) { try JSONDocument(parsing: #""\u0000""#) }
        #expect(throws: JSONError.invalidUTF8) { try JSONDocument(parsing: [0x22, 0xFF, 0x22]) }
        #expect(throws: JSONError.invalidUTF8) { try JSONDocument(parsing: [0x22, 0xED, 0xA0, 0x80, 0x22]) }
    }

    @Test func `goes thirty-two levels deep and no further`() throws {
        func nested(_ levels: Int) -> String {
            String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
        }
        _ = try JSONDocument(parsing: nested(JSONDocument.depthMax))
        #expect(throws: JSONError.tooDeep(offset: 32)) { try JSONDocument(parsing: nested(JSONDocument.depthMax + 1)) }
        #expect(throws: JSONError.self) { try JSONDocument(parsing: nested(100_000)) }
    }

    @Test func `finds a repeated name among many members too`() throws {
        let names = (0..<5_000).map { "\"member\($0)\":\($0)" }
        let root = try JSONDocument(parsing: "{" + names.joined(separator: ",") + "}").root
        #expect(root["member4999"]?.integer == 4999)
        #expect(throws: JSONError.self) {
            try JSONDocument(parsing: "{" + names.joined(separator: ",") + ",\"member77\":0}")
        }
    }

    @Test(arguments: 1...300) func `never traps on a damaged text`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        var bytes = Array(
            #"{"id":7,"type":"message.send","data":{"text":"h\u00e9\ud83d\ude00","n":[1,-2.5e3,null]}}"#.utf8)
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let position = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: bytes[position] = UInt8.random(in: .min ... .max, using: &random)
            case 1: bytes.remove(at: position)
            default: bytes.insert(UInt8.random(in: 0x20..<0x7F, using: &random), at: position)
            }
        }
        guard let root = try? JSONDocument(parsing: bytes).root else { return }
        // What is accepted can be read whole and written again.
        var json = JSONWriter()
        rewrite(root, into: &json)
        #expect((try? JSONDocument(parsing: json.bytes)) != nil)
    }

    private func rewrite(_ element: JSONElement, into json: inout JSONWriter) {
        if element.isObject {
            json.object { json in
                for member in element.members {
                    json.name(member.name)
                    rewrite(member.value, into: &json)
                }
            }
        } else if element.isArray {
            json.array { json in
                for value in element.elements { rewrite(value, into: &json) }
            }
        } else if let text = element.utf8 {
            json.value(utf8: text)
        } else {
            json.value(raw: element.raw)
        }
    }
}

@Suite("JSON written") struct JSONWriterTests {
    @Test func `places commas and escapes what must be escaped`() throws {
        let bytes = JSONWriter.object { json in
            json.member("text", "q\"b\\n\n\u{1}é")
            json.array("list") { json in
                json.value(Int64.min)
                json.value(true)
                json.null()
                json.object { _ in }
            }
            json.member("at", Timestamp(milliseconds: 1_795_195_200_412))
        }
        let expected =
            #"{"text":"q\"b\\n\n\u0001é","list":[-9223372036854775808,true,null,{}],"at":"2026-11-20T17:20:00.412Z"}"#
        #expect(String(decoding: bytes, as: UTF8.self) == expected)
        #expect(try JSONDocument(parsing: bytes).root["text"]?.string == "q\"b\\n\n\u{1}é")
    }
}
