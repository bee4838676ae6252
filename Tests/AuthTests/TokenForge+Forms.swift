import Auth
import Base

extension TokenForge {
    private static let parts = good.split(separator: ".").map { String($0) }

    static let badForms = [
        BadToken("empty", .malformed, ""),
        BadToken("no dot", .malformed, "abc"),
        BadToken("one dot", .malformed, "\(parts[0]).\(parts[1])"),
        BadToken("two dots alone", .malformed, ".."),
        BadToken("three dots", .malformed, good + "."),
        BadToken("four dots, as encrypted tokens have", .malformed, good + ".a.b"),
        BadToken("dot in front", .malformed, "." + good),
        BadToken("empty header", .malformed, ".\(parts[1]).\(parts[2])"),
        BadToken("empty payload", .badSignature, "\(parts[0])..\(parts[2])"),
        BadToken("space behind", .malformed, good + " "),
        BadToken("space in front", .malformed, " " + good),
        BadToken("line feed behind", .malformed, good + "\n"),
        BadToken("NUL behind", .malformed, good + "\0"),
        BadToken("padding behind", .malformed, good + "="),
        BadToken("one character more", .malformed, good + "AA"),
        BadToken("four characters more", .badSignature, good + "A" + "AAAA"),
        BadToken("spare bits of the last character", .malformed, goodWithSpareBits),
        BadToken("standard alphabet", .malformed, "\(parts[0]).\(parts[1]).++//" + parts[2].dropFirst(4)),
        BadToken("a letter beyond ASCII", .malformed, "\(parts[0]).\(parts[1])é.\(parts[2])"),
        BadToken("the scheme in front", .malformed, "Bearer " + good),
        BadToken("4,097 bytes", .malformed, good + String(repeating: "A", count: 4097 - good.utf8.count)),
        BadToken("a megabyte", .malformed, String(repeating: "A", count: 1 << 20)),
        BadToken("a megabyte of dots", .malformed, String(repeating: ".", count: 1 << 20)),
        BadToken("a megabyte of payload, signed", .malformed, token(changing: "x", to: "\"" + megabyte + "\"")),
        BadToken("JSON serialization", .malformed, #"{"payload":"a","protected":"b","signature":"c"}"#),
    ]

    private static let megabyte = String(repeating: "x", count: 1 << 20)

    static let badSignatures = [
        BadToken("empty signature", .badSignature, "\(parts[0]).\(parts[1])."),
        BadToken("half a signature", .badSignature, "\(parts[0]).\(parts[1]).\(parts[2].prefix(20))"),
        BadToken("a signature of zeros", .badSignature, "\(parts[0]).\(parts[1])." + String(repeating: "A", count: 43)),
        BadToken("another key", .badSignature, token(key: [UInt8](repeating: 9, count: 32))),
        BadToken("the empty key", .badSignature, token(key: [])),
        BadToken("the key without its last byte", .badSignature, token(key: Array(key.dropLast()))),
        BadToken("another payload", .badSignature, "\(parts[0]).\(encoded(json([("sub", #""1""#)]))).\(parts[2])"),
        BadToken(
            "another user", .badSignature,
            "\(parts[0]).\(token(changing: "sub", to: #""1""#).split(separator: ".")[1]).\(parts[2])"),
        BadToken("another header", .badSignature, "\(encoded(#"{"alg":"HS256"}"#)).\(parts[1]).\(parts[2])"),
        BadToken("only the payload signed", .badSignature, "\(parts[0]).\(parts[1]).\(signature(parts[1]))"),
        BadToken("not JSON, and not ours", .badSignature, "\(parts[0]).\(encoded("{")).\(parts[2])"),
    ]
}
