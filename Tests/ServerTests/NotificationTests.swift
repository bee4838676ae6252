import TestClient
import Testing

@Suite("Notifications by socket and HTTP") struct NotificationTests {
    private func kinds(_ feed: JSONText) -> [String] {
        (0..<(feed.count("items") ?? 0)).map { feed["items.\($0).type"] ?? "?" }
    }

    @Test func `the feed has what happened, with words made of what may be seen now`() throws {
        let room = try Room(), member = room.member
        try room.say("hello @mia")
        let number = try room.say("my own", by: member)
        _ = try room.owner.call("PUT", "\(room.path)/messages/\(number)/reactions/%F0%9F%91%8D")
        for text in ["one", "two", "three"] { try room.say(text) }
        let feed = try member.call("GET", "/notifications").json()
        #expect(kinds(feed) == ["new_message", "reaction", "mention", "channel_invite"])
        #expect(feed["items.0.text"] == "3 new messages in Room" && feed["items.0.count"] == "3")
        #expect(feed["items.0.reference.type"] == "channel" && feed["items.0.reference.id"] == room.id)
        #expect(feed["items.1.text"] == "olga reacted with 👍 to: my own")
        #expect(feed["items.2.text"] == "olga mentioned you: hello @mia")
        #expect(feed["items.2.read_at"] != nil, "who answers has read the channel")
        #expect(feed["items.3.text"] == "olga added you to Room")
        #expect(feed["unread_count"] == "2" || feed["unread_count"] == "3")
        #expect(feed["items.1.actor"] == room.owner.id && feed["items.1.from_user"] == room.owner.id)
        #expect(feed["items.1.to_user"] == member.id && feed["items.1.reference_username"] == "olga")
        #expect(feed["items.1.reference_id"] == "\(room.id)/\(number)")
        let log = "/channels/@me/events"
        #expect(try member.call("GET", log).text.contains("olga mentioned you: hello @mia"))
        _ = try room.owner.call("DELETE", "\(room.path)/messages/1?scope=all")
        for path in ["/notifications", log] {
            #expect(!(try member.call("GET", path).text.contains("hello @mia")), "what is deleted is gone")
        }
        #expect(kinds(try room.stranger.call("GET", "/notifications").json()).isEmpty)
    }

    @Test func `new ones are told to every socket of whose they are, and what is read on the others`() throws {
        let server = try RunningServer(["CONFAB_NOTIFICATION_DELAY_MILLISECONDS": "50"])
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let channel = try ann.direct(with: bob)
        let old = try bob.socket(), atBob = try bob.socket(), atAnn = try ann.socket()
        _ = try atAnn.send("secret words", as: "0", to: channel)
        let told = try atBob.event("notification.created")
        #expect(told["channel"] == "@me" && told["data.type"] == "new_message")
        #expect(told["data.reference_id"] == channel && told["data.from_user"] == ann.id)
        #expect(told["data.text"] == "ann: secret words" && told["data.count"] == "1")
        #expect(told["data.reference_username"] == "ann")
        let item = try bob.call("GET", "/notifications").json()
        for name in told.names("data") { #expect(told["data.\(name)"] == item["items.0.\(name)"]) }
        #expect(told.names("data") == item.names("items.0"), "live and asked for, it is the same")
        let id = try #require(told["data.id"]), seq = try #require(told["seq"])
        let read = try bob.call("PUT", "/notifications/\(id)/read")
        #expect(try read.json()["unread_count"] == "0")
        #expect(try atBob.event("notification.read")["data.ids.0"] == id)
        #expect(try old.event("notification.created")["seq"] == seq)
        #expect(try bob.call("GET", "/notifications?unread=true").json().count("items") == 0)
        let path = "/channels/@me/events?after_seq=\((Int(seq) ?? 0) - 1)"
        let paged = try bob.call("GET", path).json()
        #expect(paged["items.0.type"] == "notification.created" && paged["items.0.data.read_at"] != nil)
        #expect(paged["items.0.data.text"] == "No new messages from ann", "words are those of the day")
        _ = try atAnn.send("again", as: "1", to: channel)
        #expect(try atBob.event("notification.created")["data.id"] != id)
        _ = try atBob.ask("read.update", #"{"channel":"\#(channel)","message_number":2}"#)
        #expect(try old.event("notification.read")["data.ids.0"] == id)
        #expect(try old.event("notification.read")["data.channel"] == channel)
        #expect(try atAnn.pending().allSatisfy { $0["type"]?.hasPrefix("notification") != true })
    }

    @Test func `pages go back, and all up to one are read at once`() throws {
        let server = try RunningServer(["CONFAB_RATE_LIMITS": "off"])
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        for index in 0..<5 {
            _ = try ann.call("POST", "/channels", #"{"name":"c\#(index)","members":["\#(bob.id)"]}"#)
        }
        let first = try bob.call("GET", "/notifications?limit=2")
        let next = try #require(try first.json()["next_cursor"])
        let second = try bob.call("GET", "/notifications?limit=2&cursor=\(next)").json()
        #expect(second["items.0.text"] == "ann added you to c2" && second["unread_count"] == "5")
        let upTo = try #require(second["items.0.id"])
        #expect(try bob.call("PUT", "/notifications/read", #"{"up_to":"\#(upTo)"}"#).json()["unread_count"] == "2")
        #expect(try bob.call("GET", "/notifications?unread=true").json().count("items") == 2)
        #expect(try bob.outcome("PUT", "/notifications/read", #"{"up_to":"x"}"#) == "422 validation_failed")
        #expect(try ann.outcome("PUT", "/notifications/\(upTo)/read") == "404 not_found")
        #expect(try ann.outcome("PUT", "/notifications/x/read") == "404 not_found")
        #expect(try bob.outcome("GET", "/notifications?unread=maybe") == "422 validation_failed")
        #expect(try bob.outcome("GET", "/notifications?cursor=x") == "422 validation_failed")
    }

    @Test func `everybody says by kind and by channel what they want to be told of`() throws {
        let room = try Room(), member = room.member
        let path = "/notifications/preferences"
        let before = try member.call("GET", path).json()
        #expect(before["types.mention.feed"] == "true" && before["types.mention.push"] == "true")
        let changed = try member.call(
            "PUT", path,
            #"{"types":{"mention":{"feed":false},"reaction":{"push":false}},"#
                + #""channels":{"\#(room.id)":{"level":"mentions"}}}"#
        ).json()
        #expect(changed["types.mention.feed"] == "false" && changed["types.reaction.push"] == "false")
        #expect(changed["types.new_message.feed"] == "true")
        #expect(try member.call("GET", path).text.contains(#""channels":{"\#(room.id)":{"level":"mentions""#))
        #expect(try member.call("GET", room.path).json()["notifications"] == "mentions", "one truth")
        try room.say("hello @mia")
        try room.say("and all")
        #expect(kinds(try member.call("GET", "/notifications").json()) == ["channel_invite"])
        #expect(try member.outcome("PUT", path, #"{"types":{"weather":{}}}"#) == "422 validation_failed")
        #expect(try member.outcome("PUT", path, #"{"channels":{"999999":{"level":"all"}}}"#) == "404 not_found")
        #expect(try member.outcome("PUT", path, #"{"channels":{"\#(room.id)":{"level":"x"}}}"#).hasPrefix("422"))
    }
}
