import Base
import Testing

@testable import Auth

@Suite("Contacts files, cut and spoiled") struct ContactNoiseTests {
    /// Files of each kind with everything in them that is understood or refused.
    private static let samples: [(ContactFormat, [UInt8])] = [
        (
            .csv,
            Array(
                ("name;email;phone\r\nAnn;a@x.org;+4930123456\r\n\"B;o\r\n\"\"b\"\"\";b@x.org;\r\n"
                    + ";;\r\n\"C\"y;c@x.org;1\r\nDee;d@x.org;+4930123457\r\n\r\nÉve;e@x.org;\r\n"
                    + "\"Fay;f@x.org;\r\nGus;g@x.org;+4930123458")
                    .utf8)
        ),
        (
            .vcard,
            Array(
                ("BEGIN:VCARD\r\nFN:Ann\r\n  Bell\r\nEMAIL:a@x.org\r\nEND:VCARD\r\nstray\r\n\r\nBEGIN:VCARD\r\n"
                    + "N;ENCODING=QUOTED-PRINTABLE:M=C3=BC=\r\nller;J;;;\r\nTEL:+4930123456\r\nEND:VCARD\r\n"
                    + "BEGIN:VCARD\r\nFN:Open\r\nBEGIN:VCARD\r\nEMAIL:c@x.org\r\nEND:VCARD\r\nrest").utf8)
        ),
        (
            .json,
            Array(
                (#"{"a":1,"contacts":[ {"name":"Ann","email":"a@x.org"}, 17, "x", {"name":"}]\"","#
                    + #""phones":["+4930123456"]},{"name":"é","email":"e@x.org"},{"b"},[1,[2]],true]}"#).utf8)
        ),
    ]

    @Test func `are understood alike however they are cut`() throws {
        for (format, bytes) in Self.samples {
            let whole = try readContacts(bytes, as: format)
            #expect(whole.rowCount > 4)
            for piece in 1...bytes.count {
                #expect(try readContacts(bytes, as: format, piece: piece) == whole, "\(format) in pieces of \(piece)")
            }
            for count in 1...3 {
                #expect(try readContacts(bytes, as: format, piece: 50, atMost: count) == whole)
            }
        }
    }

    @Test(arguments: 1...400 as ClosedRange<UInt64>) func `come to an end whatever they hold`(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        let alphabet: [UInt8] = Array("\"\";,\r\n{}[]:\\= ab@.+1".utf8) + [0, 0xFF, 0xC3, 0xA9]
        let noise = (0..<Int.random(in: 0...300, using: &random)).compactMap { _ in
            alphabet.randomElement(using: &random)
        }
        for (format, sample) in Self.samples {
            let place = Int.random(in: 0...sample.count, using: &random)
            let bytes = Array(sample[..<place]) + noise + Array(sample[place...])
            guard let whole = try? readContacts(bytes, as: format) else { continue }
            #expect(whole.rowCount <= bytes.count)
            #expect(whole.faults.allSatisfy { $0.row > 0 && !$0.code.isEmpty && $0.detail.hasSuffix(".") })
            #expect(try readContacts(bytes, as: format, piece: 37) == whole, "\(format), seed \(seed)")
        }
    }
}
