import Base
import Testing

@testable import Outside

@Suite("Mail") struct MailMessageTests {
    private let now = Timestamp(milliseconds: 1_795_286_402_999)

    private func message(
        to: String = "bob@example.net", subject: String = "Hello", body: String = "hi\n", from: String = "a@example.org"
    ) throws -> [String] {
        let message = try MailMessage(from: from, to: to, subject: subject, body: body, id: "letter-1-2", at: now)
        return String(decoding: message.bytes, as: UTF8.self).split(
            separator: "\r\n", omittingEmptySubsequences: false
        ).map(String.init)
    }

    @Test func `has the fields of RFC 5322, each in one line, and its text in base64`() throws {
        let lines = try message()
        #expect(
            lines == [
                "Date: Sat, 21 Nov 2026 18:40:02 +0000", "From: <a@example.org>", "To: <bob@example.net>",
                "Subject: Hello", "Message-ID: <letter-1-2@example.org>", "MIME-Version: 1.0",
                "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64",
                "Auto-Submitted: auto-generated", "", Base64.encode(Array("hi\r\n".utf8)), "",
            ])
    }

    @Test func `breaks long text into short lines that give it back whole`() throws {
        let body = String(repeating: "Grüße, 世界! .\r\n.\nFrom x\n", count: 500)
        let lines = try message(body: body)
        #expect(lines.allSatisfy { $0.utf8.count <= 76 && $0.utf8.allSatisfy { $0 < 0x80 } })
        let start = try #require(lines.firstIndex(of: "")) + 1
        let text = try #require(Base64.decode(Array(lines[start...].joined().utf8)))
        #expect(
            String(decoding: text, as: UTF8.self).filter { $0 != "\r" }.split { $0.isNewline }
                == body.split { $0.isNewline })
    }

    @Test func `encodes subjects that are more than plain ASCII, in words of whole characters`() {
        #expect(MailMessage.encoded("Your code") == "Your code")
        #expect(MailMessage.encoded("Grüße") == "=?utf-8?B?R3LDvMOfZQ==?=")
        #expect(MailMessage.encoded("=?utf-8?B?eA==?=").hasPrefix("=?utf-8?B?PT91"))
        let long = MailMessage.encoded(String(repeating: "世界👩‍👩‍👧", count: 40))
        let words = long.split(separator: "\r\n ")
        #expect(words.count > 5)
        for word in words {
            #expect(word.utf8.count <= 75)
            let inner = word.dropFirst("=?utf-8?B?".count).dropLast(2)
            let bytes = Base64.decode(Array(inner.utf8))
            #expect(bytes.map { String(validating: $0, as: UTF8.self) != nil } ?? false)
        }
    }

    @Test(arguments: [
        "", "bob", "@example.org", "bob@", "bob@a@b", "bob@example.org\r\nBcc: eve@example.org", "bob@example.org\n",
        "bob @example.org", "<bob@example.org>", "bob@example.org>", "bob@example.org,eve@example.org", "b\0b@x.org",
        "\"bob\"@example.org", "böb@example.org", "bob@example.org\u{7F}",
    ])
    func `goes to nobody whose address would be more than one`(address: String) {
        #expect(throws: MailMessage.Fault.address) { try message(to: address) }
        #expect(throws: MailMessage.Fault.address) { try message(from: address) }
    }

    @Test(arguments: ["x\r\nBcc: eve@example.org", "x\ny", "x\ry", "x\0y", "x\u{2028}y"])
    func `has no subject that would be more than one line`(subject: String) {
        #expect(throws: MailMessage.Fault.subject) { try message(subject: subject) }
    }

    @Test func `is dated by the calendar`() throws {
        for (seconds, date) in [
            (0, "Thu, 01 Jan 1970 00:00:00 +0000"), (951_782_400, "Tue, 29 Feb 2000 00:00:00 +0000"),
            (1_709_251_199, "Thu, 29 Feb 2024 23:59:59 +0000"), (1_709_251_200, "Fri, 01 Mar 2024 00:00:00 +0000"),
        ] as [(Int64, String)] {
            let message = try MailMessage(
                from: "a@x.org", to: "b@x.org", subject: "x", body: "", id: "1",
                at: Timestamp(milliseconds: seconds * 1_000))
            #expect(String(decoding: message.bytes, as: UTF8.self).hasPrefix("Date: \(date)\r\n"))
        }
    }
}
