import Base
import Channels
import REST
import Testing

@Suite("Shape") struct ShapeTests {
    private static let card = Shape("Card", [.required("id", .userID, "who")])

    private static let shape = Shape(
        "Everything",
        [
            .optional("text", .text(bytes: 2...4), ""), .optional("user", .userID, ""),
            .optional("channel", .channelID, ""), .optional("at", .time, ""),
            .optional("count", .integer(-1...10), ""), .optional("flag", .boolean, ""),
            .optional("list", .list(of: .text(bytes: 1...2), countMax: 3), ""), .optional("card", .object(card), ""),
            .optional("cards", .list(of: .object(card), countMax: 3), ""),
            .optional("places", .map(to: .integer(0...10)), ""),
        ])

    private func faults(_ text: String) throws -> [String] {
        Self.shape.faults(in: try JSONDocument(parsing: text).root).map { "\($0.pointer) \($0.code)" }
    }

    @Test(arguments: [
        "{}", #"{"other":[1,2]}"#, #"{"text":"ab"}"#, #"{"text":"éé"}"#, #"{"text":null,"card":null}"#,
        #"{"user":"109","channel":"108_109","at":"2026-11-20T17:20:00Z"}"#, #"{"channel":"205"}"#, #"{"count":-1}"#,
        #"{"count":10,"flag":false}"#, #"{"list":[]}"#, #"{"list":["a","bb","c"]}"#,
        #"{"card":{"id":"1"},"cards":[{"id":"1"},{"id":"2","more":0}]}"#, #"{"places":{}}"#,
        #"{"places":{"a":0,"":10}}"#,
    ])
    func `finds no fault with what fits`(text: String) throws { #expect(try faults(text) == []) }

    @Test(arguments: [
        ("[]", " invalid_type"), (#"{"text":7}"#, "/text invalid_type"), (#"{"text":"a"}"#, "/text too_short"),
        (#"{"text":"ééé"}"#, "/text too_long"), (#"{"user":109}"#, "/user invalid_type"),
        (#"{"user":"0109"}"#, "/user invalid_format"), (#"{"channel":205}"#, "/channel invalid_type"),
        (#"{"channel":"109_108"}"#, "/channel invalid_format"), (#"{"at":0}"#, "/at invalid_type"),
        (#"{"count":-2}"#, "/count out_of_range"), (#"{"count":11}"#, "/count out_of_range"),
        (#"{"count":1.0}"#, "/count invalid_type"), (#"{"count":true}"#, "/count invalid_type"),
        (#"{"flag":"true"}"#, "/flag invalid_type"), (#"{"flag":1}"#, "/flag invalid_type"),
        (#"{"list":{}}"#, "/list invalid_type"), (#"{"list":["a","b","c","d"]}"#, "/list too_long"),
        (#"{"list":["a",7]}"#, "/list/1 invalid_type"), (#"{"list":["a","b","ccc"]}"#, "/list/2 too_long"),
        (#"{"card":[]}"#, "/card invalid_type"), (#"{"card":{}}"#, "/card/id required"),
        (#"{"cards":[{"id":"1"},{"id":"x"}]}"#, "/cards/1/id invalid_format"),
        (#"{"places":[]}"#, "/places invalid_type"), (#"{"places":{"a":1,"b":11,"c":12}}"#, "/places/b out_of_range"),
    ])
    func `names the member at fault and what is wrong with it`(text: String, fault: String) throws {
        #expect(try faults(text) == [fault])
    }

    @Test func `tells every fault at once`() throws {
        #expect(
            try faults(#"{"text":"","count":99,"cards":[{},{}]}"#)
                == ["/text too_short", "/count out_of_range", "/cards/0/id required", "/cards/1/id required"])
    }
}
