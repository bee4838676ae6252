import Base
import Testing

@testable import Persistence

@Suite("Names in what was told") struct NameScrubberTests {
    private func scrubbed(_ text: String) throws -> String? {
        let user = try #require(UserID(rawValue: 7))
        return NameScrubber(user).scrubbed(Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func `are taken out beside the user's number, and nothing else is touched`() throws {
        #expect(
            try scrubbed(#"{"user":"7","username":"ann","display_name":"A\u0041","by":"8","members_count":3}"#)
                == #"{"user":"7","username":null,"display_name":null,"by":"8","members_count":3}"#)
        #expect(
            try scrubbed(
                #"{"channel":"7_8","name":"a","user":{"id":"7","username":"ann","display_name":null},"x":[1]}"#)
                == #"{"channel":"7_8","name":"a","user":{"id":"7","username":null,"display_name":null},"x":[1]}"#)
    }

    @Test(arguments: [
        #"{"user":"8","username":"ann","display_name":"A"}"#, #"{"user":"7","username":null,"display_name":null}"#,
        #"{"user":"77","username":"ann"}"#, #"{"user":7,"username":"ann"}"#, "[]", "null", "no JSON", "",
    ])
    func `stay where they are somebody else's`(text: String) throws { #expect(try scrubbed(text) == nil) }
}
