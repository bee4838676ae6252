import Testing
import Wire

@Suite("HTTP headers") struct HTTPHeadersTests {
    @Test func `finds fields whatever their case, in order`() {
        var headers = HTTPHeaders([("Set-Cookie", "a"), ("X", "1")])
        headers.add("set-cookie", "b")
        #expect(headers["set-cookie"] == "a")
        #expect(headers.values("set-cookie") == ["a", "b"])
        headers.set("SET-COOKIE", "c")
        #expect(headers.fields.map(\.name) == ["X", "SET-COOKIE"])
        #expect(headers["set-cooki"] == nil)
        #expect(headers["y"] == nil)
    }

    @Test func `reads lists over all fields of a name`() {
        let headers = HTTPHeaders([("connection", " Keep-Alive ,,Upgrade\t"), ("Connection", "X"), ("other", "y")])
        #expect(headers.tokens("connection") == ["keep-alive", "upgrade", "x"])
    }
}
