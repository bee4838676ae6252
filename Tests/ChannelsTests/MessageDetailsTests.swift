import Base
import Channels
import Testing

@Suite("MessageDetails") struct MessageDetailsTests {
    @Test func `are read back as they were stored`() {
        var random = RandomSource(seed: 77)
        for round in 1...2_000 {
            let details = Self.details(&random)
            guard let stored = details.stored else {
                #expect(details == .plain)
                continue
            }
            #expect(details != .plain)
            #expect(
                MessageDetails(stored: stored) == details, "round \(round): \(String(decoding: stored, as: UTF8.self))")
        }
    }

    @Test func `are nothing for a plain message`() {
        #expect(MessageDetails.plain.stored == nil)
    }

    @Test(
        arguments: [
            "", "[]", "{", #"{"type":"video"}"#, #"{"attachments":[{"name":"x"}]}"#, #"{"reference":{"type":"x"}}"#,
            #"{"action":{}}"#, #"{"forwarded_from":{"sender":"0","created_at":"2026-11-20T17:20:00.000Z"}}"#,
            #"{"forwarded_from":{"sender":"1","created_at":"yesterday"}}"#,
        ]) func `are said to be damaged when they are`(stored: String)
    {
        #expect(MessageDetails(stored: Array(stored.utf8)) == nil)
    }

    private static func details(_ random: inout RandomSource) -> MessageDetails {
        func chance() -> Bool { Int.random(in: 0..<4, using: &random) == 0 }
        func time() -> Timestamp { Timestamp(milliseconds: .random(in: 0...4_000_000_000_000, using: &random)) }
        func text() -> String {
            let parts = ["a", "\"", "\\", "\n", "é", "😀", "</script>", "\u{2028}", "𝄞", " "]
            return (0...Int.random(in: 0..<6, using: &random)).map { _ in parts.randomElement(using: &random) ?? "" }
                .joined()
        }
        func user() -> UserID { UserID(rawValue: .random(in: 1...9, using: &random)) ?? .max }
        var details = MessageDetails()
        if chance() { details.kind = MessageDetails.Kind.allCases.randomElement(using: &random) ?? .file }
        if chance() {
            details.attachments = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                MessageDetails.Attachment(
                    file: text(), name: chance() ? nil : text(),
                    byteCount: chance() ? nil : .random(in: 0 ... .max, using: &random),
                    contentType: chance() ? nil : text())
            }
        }
        if chance() { details.reference = MessageDetails.Reference(type: text(), id: text()) }
        if chance() {
            let parameters = ["1", "\"x\\u00e9\"", "{\"a\":[1.50e3, null]}", "[]", "true", "-0.0"]
            details.action = MessageDetails.Action(
                name: text(), parameters: parameters.randomElement(using: &random).map { Array($0.utf8) })
            if chance() { details.action?.parameters = nil }
        }
        if chance() { details.tags = (0..<Int.random(in: 1...4, using: &random)).map { _ in text() } }
        if chance() { details.replyTo = .random(in: 1 ... .max, using: &random) }
        if chance() { details.thread = .random(in: 1 ... .max, using: &random) }
        if chance() { details.mentions = [user(), user()] }
        if chance() { details.forwardedFrom = MessageDetails.Origin(sender: user(), createdAt: time()) }
        if chance() { details.editedAt = time() }
        if chance() { details.deletedAt = time() }
        if chance() { details.fingerprint = random.bytes(16) }
        return details
    }
}
