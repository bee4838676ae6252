import Glibc
import TestClient
import TestSupport
import Testing

@Suite("Downloading") struct DownloadTests {
    @Test func `never gives a browser something to run`() throws {
        let server = try RunningServer(), ann = try Person("ann", on: server)
        for (content, type, kind) in [
            ("<!DOCTYPE html><script>alert(1)</script>", "text/plain; charset=utf-8", "attachment"),
            (
                #"<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>"#, "text/plain; charset=utf-8",
                "attachment"
            ),
            ("%PDF-1.7", "application/pdf", "attachment"), ("GIF89a<script>", "image/gif", "inline"),
            ("OggS", "audio/ogg", "inline"), ("\u{0}\u{1}", "application/octet-stream", "attachment"),
        ] {
            let answer = try ann.download(try ann.upload(Array(content.utf8), name: "x.html"))
            #expect(answer["content-type"] == type)
            #expect(answer["content-disposition"] == #"\#(kind); filename="x.html""#)
            #expect(answer["x-content-type-options"] == "nosniff")
            #expect(answer["content-security-policy"] == "sandbox; default-src 'none'")
            #expect(answer["cache-control"] == "private, no-cache")
        }
    }

    @Test(arguments: [
        ("%0d%0aSet-Cookie:%20a=b", #"attachment; filename="Set-Cookie: a=b""#),
        ("%e6%97%a5%e6%9c%ac.txt", #"attachment; filename="__.txt"; filename*=UTF-8''%E6%97%A5%E6%9C%AC.txt"#),
        ("..%2f..%2fetc%2fpasswd", #"attachment; filename="passwd""#), ("", #"attachment; filename="file""#),
        ("a%22b.txt", #"attachment; filename="a_b.txt"; filename*=UTF-8''a%22b.txt"#),
        ("x%e2%80%aegpj.exe", #"attachment; filename="xgpj.exe""#),
    ])
    func `says every name so that it is nothing but a name`(given: String, field: String) throws {
        let server = try RunningServer(), ann = try Person("ann", on: server)
        #expect(try ann.download(try ann.upload([0], name: given))["content-disposition"] == field)
    }

    @Test func `gives parts, and nothing to who has it already`() throws {
        let server = try RunningServer(), ann = try Person("ann", on: server)
        let id = try ann.upload(Array("0123456789".utf8))
        let whole = try ann.download(id), tag = try #require(whole["etag"])
        #expect(whole.text == "0123456789")
        #expect(whole["accept-ranges"] == "bytes")
        let head = try ann.download(id, "HEAD")
        #expect(head.status == 200 && head["content-length"] == "10" && head["etag"] == tag)
        for (fields, status, text) in [
            (["Range: bytes=2-4"], 206, "234"), (["Range: bytes=-3"], 206, "789"), (["Range: bytes=8-"], 206, "89"),
            (["Range: bytes=2-4", "If-Range: \(tag)"], 206, "234"),
            (["Range: bytes=2-4", "If-Range: \"other\""], 200, "0123456789"), (["Range: bytes=10-"], 416, nil),
            (["Range: bytes=0-9223372036854775807"], 206, "0123456789"), (["Range: bytes=-0"], 416, nil),
            (["Range: bytes=-9223372036854775807"], 206, "0123456789"),
            (["Range: bytes=99999999999999999999999999-"], 416, nil),
            (["Range: bytes=9-1"], 200, "0123456789"), (["Range: a-b"], 200, "0123456789"),
            (["Range: bytes=" + String(repeating: "0-0,", count: 1_300)], 200, "0123456789"),
            (["If-None-Match: \(tag)"], 304, ""), (["If-Match: \"other\""], 412, nil),
        ] as [([String], Int, String?)] {
            let answer = try ann.download(id, fields: fields)
            #expect(answer.status == status, "\(fields)")
            if let text { #expect(answer.text == text) }
        }
    }

    @Test func `is for those who may see a message with the file, and 404 for everybody else`() throws {
        let room = try Room(#""kind":"group""#), server = room.server
        let id = try room.owner.upload(Array("secret".utf8))
        func statuses() throws -> [Int] { try room.everybody.map { try $0.download(id).status } }
        #expect(try statuses() == [200, 404, 404, 404, 404])
        let number = try room.say("look", by: room.owner, #","type":"file","attachments":[{"file_id":"\#(id)"}]"#)
        #expect(try statuses() == [200, 200, 200, 200, 404])
        #expect(try server.call("GET", "/api/v1/files/\(id)").status == 401)
        // It is told with the message, and by socket too.
        let message = try room.member.call("GET", "\(room.path)/messages/\(number)").json()
        #expect(message["attachments.0.url"] == "/api/v1/files/\(id)")
        #expect(message["attachments.0.name"] == "a.txt" && message["attachments.0.size"] == "6")
        #expect(message["attachments.0.content_type"] == "text/plain; charset=utf-8")
        // Who may read it may not remove it.
        #expect(try room.member.outcome("DELETE", "/files/\(id)") == "403 permission_denied")
        #expect(try room.stranger.outcome("DELETE", "/files/\(id)") == "404 not_found")
        #expect(try room.reader.call("DELETE", "\(room.path)/members/me").status < 500)
        #expect(try room.owner.call("DELETE", "\(room.path)/members/\(room.reader.id)").status < 500)
        #expect(try statuses() == [200, 200, 200, 404, 404])
        // Removed, it is 404 for all, and the message still says what there was.
        #expect(try room.owner.call("DELETE", "/files/\(id)").status == 204)
        #expect(try statuses() == [404, 404, 404, 404, 404])
        let left = try room.member.call("GET", "\(room.path)/messages/\(number)").json()
        #expect(left["attachments.0.name"] == "a.txt" && left["attachments.0.size"] == "6")
        #expect(try server.comesToStore(0))
    }

    @Test func `of an image is asked for where a message says that it is one`() throws {
        let room = try Room()
        let text = try room.owner.upload([0x41]), gif = try room.owner.upload(Array("GIF89a".utf8), name: "a.gif")
        func send(_ id: String) throws -> String {
            try room.owner.outcome(
                "POST", "\(room.path)/messages", #"{"type":"image","attachments":[{"file_id":"\#(id)"}]}"#)
        }
        #expect(try send(text) == "422 validation_failed")
        #expect(try send(gif) == "201")
        let socket = try room.member.socket()
        let said = try room.owner.socket().ask(
            "message.send",
            #"{"channel":"\#(room.id)","client_msg_id":"1","type":"image","attachments":[{"file_id":"\#(gif)"}]}"#)
        #expect(said["ok"] == "true")
        let event = try socket.event("message.created")
        #expect(event["data.type"] == "image" && event["data.attachments.0.file_id"] == gif)
    }
}
