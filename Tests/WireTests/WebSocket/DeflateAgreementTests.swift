import Testing

@testable import Wire

@Suite("Agreeing on compression") struct DeflateAgreementTests {
    static func answer(to fields: String..., context: DeflateAgreement.Context = .dropped) -> String? {
        DeflateAgreement.reached(on: fields.flatMap(ExtensionOffer.all), context)?.answer
    }

    static let dropped = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"

    @Test(
        arguments: [
            ("permessage-deflate", dropped),
            ("permessage-deflate; client_max_window_bits", dropped),
            ("permessage-deflate;server_no_context_takeover;client_no_context_takeover", dropped),
            ("permessage-deflate; client_max_window_bits=10", dropped + "; client_max_window_bits=10"),
            ("permessage-deflate; server_max_window_bits=8", dropped + "; server_max_window_bits=8"),
            (
                "permessage-deflate; server_max_window_bits=\"12\" ; client_max_window_bits = 15",
                dropped + "; server_max_window_bits=12; client_max_window_bits=15"
            ),
            ("x-webkit-deflate-frame, permessage-deflate", dropped),
            ("constructor, __proto__;a, permessage-deflate", dropped),
            (
                "a; b=\"x, permessage-deflate\", permessage-deflate; server_max_window_bits=9",
                dropped + "; server_max_window_bits=9"
            ),
            (";;=,,\"\u{9}, permessage-deflate; x, permessage-deflate; server_max_window_bits=9", nil),
            (
                ";;=,,\u{9}, permessage-deflate; x, permessage-deflate; server_max_window_bits=9",
                dropped + "; server_max_window_bits=9"
            ),
        ] as [(String, String?)])
    func `takes the first offer that it can take`(field: String, answer: String?) {
        #expect(Self.answer(to: field) == answer)
    }

    @Test(arguments: [
        "client_max_window_bits=99", "client_max_window_bits=7", "client_max_window_bits=16",
        "client_max_window_bits=010",
        "client_max_window_bits=\"\"", "client_max_window_bits=", "client_max_window_bits=-9", "server_max_window_bits",
        "server_max_window_bits=7", "server_max_window_bits=08", "server_max_window_bits=٩",
        "server_max_window_bits=\"9",
        "server_no_context_takeover=1", "client_no_context_takeover=true", "unknown", "unknown=1", "", "a b",
        "server_no_context_takeover; server_no_context_takeover", "client_max_window_bits; client_max_window_bits=9",
        "server_max_window_bits=9; server_max_window_bits=9", "Server_no_context_takeover",
    ]) func `declines a bad offer and takes the next`(parameters: String) {
        let bad = "permessage-deflate; " + parameters
        #expect(Self.answer(to: bad) == nil)
        // An open quotation mark takes in everything that follows in its field.
        #expect(Self.answer(to: bad, "permessage-deflate") == Self.dropped)
        if !parameters.hasSuffix("\"9") { #expect(Self.answer(to: bad + ", permessage-deflate") == Self.dropped) }
    }

    @Test(arguments: [
        "", "deflate", "Permessage-Deflate", "permessage-deflate/1", "constructor", "__proto__", ",,,", "\"",
    ])
    func `does without what it does not know`(field: String) {
        #expect(Self.answer(to: field) == nil)
    }

    @Test func `keeps contexts only where that is wanted and the client does not ask otherwise`() {
        func agreement(_ field: String) -> DeflateAgreement? {
            DeflateAgreement.reached(on: ExtensionOffer.all(in: field), .kept)?.agreement
        }
        #expect(Self.answer(to: "permessage-deflate", context: .kept) == "permessage-deflate")
        #expect(
            agreement("permessage-deflate") == DeflateAgreement(dropsServerContext: false, dropsClientContext: false))
        #expect(
            agreement("permessage-deflate; server_no_context_takeover; client_max_window_bits=9")
                == DeflateAgreement(dropsServerContext: true, dropsClientContext: false, clientWindowBits: 9))
        #expect(
            Self.answer(to: "permessage-deflate; client_no_context_takeover", context: .kept)
                == "permessage-deflate; client_no_context_takeover")
    }

    @Test func `answers in the handshake when the server wants compression`() throws {
        let head = try WebSocketHandshakeTests.head(
            adding: "Sec-WebSocket-Extensions: bad;;\r\nSec-WebSocket-Extensions: permessage-deflate\r\n")
        let accepted = try WebSocketHandshake.accept(head, subprotocols: [], deflating: .dropped).get()
        #expect(accepted.deflate == DeflateAgreement())
        #expect(accepted.response.headers.values("sec-websocket-extensions") == [Self.dropped])
        let plain = try WebSocketHandshake.accept(head, subprotocols: []).get()
        #expect(plain.deflate == nil)
        #expect(plain.response.headers["sec-websocket-extensions"] == nil)
    }
}
