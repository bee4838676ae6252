import TestClient
import TestSupport
import Testing

@Suite("Course routes") struct CourseRouteTests {
    @Test func `answer the lines of the education service as they were printed`() throws {
        let academy = try Academy(), server = academy.server, token = academy.teacher.token
        let listed = try server.call("GET", "/api/v1/courses/")
        #expect(listed.status == 200, "no token is needed")
        let made = try server.call("POST", "/api/v1/courses/create/", token: token, #"{"title":"Python Basics"}"#)
        #expect(made.status == 201)
        #expect(made["deprecation"] != nil)
        let id = try academy.found(try made.json()["id"])
        #expect(try server.call("GET", "/api/v1/courses/\(id)/", token: token).json()["slug"] == "python-basics")
        let lesson = try server.call(
            "POST", "/api/v1/courses/\(id)/lessons/", token: token, #"{"title":"One","state":"published"}"#)
        #expect(lesson.status == 201)
        #expect(try academy.teacher.call("PATCH", "/courses/\(id)", #"{"state":"published"}"#).status == 200)
        #expect(try server.call("GET", "/api/v1/courses/\(id)/lessons/").json().count("items") == 1)
        let ann = try Person("ann", on: server)
        #expect(try server.call("POST", "/api/v1/enroll/\(id)/", token: ann.token).status == 201)
        #expect(try server.call("GET", "/api/v1/progress/", token: ann.token).status == 200)
        #expect(try server.call("GET", "/api/v1/analytics/", token: token).json().count("items") == 1)
    }

    @Test func `lose no update of two who change the same thing`() throws {
        let academy = try Academy(), server = academy.server, token = academy.teacher.token
        let (id, lesson) = try academy.course()
        for path in ["/api/v1/courses/\(id)", "/api/v1/lessons/\(lesson)"] {
            let first = try server.call("GET", path, token: token)
            let tag = try academy.found(first["etag"])
            #expect(try server.call("GET", path, token: token, fields: ["If-None-Match: \(tag)"]).status == 304)
            let change = #"{"title":"Other"}"#
            let one = try server.call("PATCH", path, token: token, change, fields: ["If-Match: \(tag)"])
            #expect(one.status == 200)
            let other = try server.call(
                "PATCH", path, token: token, #"{"title":"Third"}"#, fields: ["If-Match: \(tag)"])
            #expect(other.status == 412)
            #expect(try other.json()["code"] == "precondition_failed")
            #expect(try server.call("GET", path, token: token).json()["title"] == "Other")
            let stale = try server.call("DELETE", path, token: token, fields: ["If-Match: \"none\""])
            #expect(stale.status == 412)
            #expect(try server.call("PATCH", path, token: token, change, fields: ["If-Match: *"]).status == 200)
        }
    }

    @Test func `change what is named and nothing else`() throws {
        let academy = try Academy(), teacher = academy.teacher
        let (id, _) = try academy.course(#","tags":["nature"],"capacity":7,"level":"beginner""#)
        let patched = try teacher.call("PATCH", "/courses/\(id)", #"{"summary":"s","capacity":null}"#).json()
        #expect(patched["tags.0"] == "nature" && patched["level"] == "beginner" && patched["summary"] == "s")
        #expect(patched["capacity"] == nil || patched["capacity"] == "null")
        let put = try teacher.call("PUT", "/courses/\(id)", #"{"title":"New"}"#).json()
        #expect(put.count("tags") == 0 && put["summary"] == "" && put["state"] == "published")
        #expect(try teacher.fault("PATCH", "/courses/\(id)", #"{"level":"hard"}"#) == "422 /level invalid_type")
        #expect(try teacher.fault("PATCH", "/courses/\(id)", #"{"minimum_age":0}"#) == "422 /minimum_age out_of_range")
    }

    @Test func `keep a deleted course for who restores it, and its channel with it`() throws {
        let academy = try Academy(), teacher = academy.teacher, (id, lesson) = try academy.course()
        let ann = try academy.student("ann", in: id)
        let channel = try academy.found(try ann.call("GET", "/courses/\(id)").json()["channel"])
        #expect(try teacher.call("DELETE", "/courses/\(id)").status == 204)
        for person in [teacher, ann] {
            #expect(try person.call("GET", "/courses/\(id)").status == 404)
            #expect(try person.call("GET", "/lessons/\(lesson)").status == 404)
            #expect(try person.call("PUT", "/progress/\(lesson)", #"{"percent":1}"#).status == 404)
        }
        #expect(try ann.call("POST", "/channels/\(channel)/messages", #"{"text":"a"}"#).status == 409, "archived")
        #expect(try teacher.call("GET", "/courses?deleted=true").json()["items.0.id"] == id)
        #expect(
            try teacher.outcome("POST", "/courses", #"{"title":"x","slug":"bees-and-honey"}"#) == "409 already_exists")
        #expect(try ann.call("POST", "/courses/\(id)/restore").status == 404)
        #expect(try teacher.call("POST", "/courses/\(id)/restore").status == 200)
        #expect(try ann.call("GET", "/courses/\(id)").json()["enrolled"] == "true")
        #expect(try ann.call("POST", "/channels/\(channel)/messages", #"{"text":"a"}"#).status == 201)
    }

    @Test func `order all lessons in one request, and refuse an order that has not all of them`() throws {
        let academy = try Academy(), teacher = academy.teacher, (id, first) = try academy.course()
        var lessons = [first]
        for title in ["b", "c", "d"] {
            let made = try teacher.call("POST", "/courses/\(id)/lessons", #"{"title":"\#(title)"}"#).json()
            lessons.append(try academy.found(made["id"]))
        }
        lessons.reverse()
        let order = #"{"lessons":[\#(lessons.map { "\"\($0)\"" }.joined(separator: ","))]}"#
        let ordered = try teacher.call("PUT", "/courses/\(id)/lessons/order", order).json()
        #expect((0..<4).map { ordered["items.\($0).id"] } == lessons)
        #expect((0..<4).map { ordered["items.\($0).position"] } == ["1", "2", "3", "4"])
        #expect(
            try teacher.fault("PUT", "/courses/\(id)/lessons/order", #"{"lessons":["\#(first)"]}"#)
                == "422 /lessons invalid_order")
        #expect(
            try teacher.fault("PATCH", "/lessons/\(first)", #"{"prerequisites":["\#(first)"]}"#)
                == "422 /prerequisites cycle")
    }

    @Test func `are searched, listed by tag and teacher, and paged`() throws {
        let academy = try Academy(), server = academy.server
        for number in 1...5 { _ = try academy.course(#","tags":["T\#(number % 2)"],"summary":"Größe \#(number)""#) }
        _ = try academy.teacher.call("POST", "/courses", #"{"title":"A draft about bees"}"#)
        let ann = try Person("ann", on: server)
        #expect(try server.call("GET", "/api/v1/courses?q=BEES%20gr%C3%B6%C3%9Fe").json().count("items") == 5)
        #expect(try server.call("GET", "/api/v1/courses?tag=t1").json().count("items") == 3)
        #expect(try server.call("GET", "/api/v1/courses?instructor=\(ann.id)").json().count("items") == 0)
        #expect(try ann.call("GET", "/search?q=honey&type=courses").json().count("items") == 5)
        #expect(try academy.teacher.call("GET", "/courses?mine=true").json().count("items") == 6)
        var path = "/api/v1/courses?limit=2", seen: [String] = []
        while true {
            let page = try server.call("GET", path).json()
            seen += (0..<(page.count("items") ?? 0)).compactMap { page["items.\($0).id"] }
            guard let next = page["next_cursor"], next != "null" else { break }
            path = "/api/v1/courses?limit=2&cursor=\(next)"
        }
        #expect(seen == ["5", "4", "3", "2", "1"])
    }

    @Test func `want a token where courses are not public`() throws {
        let academy = try Academy(["CONFAB_COURSES_PUBLIC": "off"])
        #expect(try academy.server.call("GET", "/api/v1/courses").status == 401)
        #expect(try academy.teacher.call("GET", "/courses").status == 200)
    }

    @Test func `show an attachment to students, and to nobody else`() throws {
        let academy = try Academy(), teacher = academy.teacher, (id, lesson) = try academy.course()
        let file = try teacher.upload([1, 2, 3])
        #expect(try teacher.call("PATCH", "/lessons/\(lesson)", #"{"attachments":["\#(file)"]}"#).status == 200)
        let ann = try academy.student("ann", in: id), eve = try Person("eve", on: academy.server)
        #expect(try ann.call("GET", "/files/\(file)").status == 200)
        let shown = try ann.call("GET", "/lessons/\(lesson)").json()
        #expect(shown["files.0.id"] == file && shown["files.0.size"] == "3")
        #expect(try eve.call("GET", "/lessons/\(lesson)").json()["files.0.id"] == nil)
        #expect(try eve.call("GET", "/files/\(file)").status == 404)
        let hers = try ann.upload([4])
        #expect(
            try teacher.fault("PATCH", "/lessons/\(lesson)", #"{"attachments":["\#(hers)"]}"#)
                == "422 /attachments/0 not_found")
        #expect(try teacher.call("PATCH", "/lessons/\(lesson)", #"{"state":"draft"}"#).status == 403, "the last one")
        #expect(try ann.call("DELETE", "/enroll/\(id)").status == 204)
        #expect(try ann.call("GET", "/files/\(file)").status == 404)
    }

    @Test func `take a key of another system, which does as its user what that one may`() throws {
        let academy = try Academy(), server = academy.server
        let admin = try Person.staff("admin", on: server), teacher = academy.teacher
        #expect(
            try admin.fault("POST", "/admin/api-keys", #"{"name":"k","scopes":["courses:write"]}"#)
                == "422 /user required")
        let body = #"{"name":"k","scopes":["courses:write"],"user":"\#(teacher.id)"}"#
        let key = try academy.found(try admin.call("POST", "/admin/api-keys", body).json()["key"])
        let fields = ["X-API-Key: \(key)"]
        let made = try server.call("POST", "/api/v1/courses", #"{"title":"From elsewhere"}"#, fields: fields)
        #expect(made.status == 201)
        #expect(try made.json()["owner"] == teacher.id)
        let id = try academy.found(try made.json()["id"])
        let ann = try Person("ann", on: server)
        let decision = #"{"decision":"enrol"}"#
        #expect(
            try server.call("PUT", "/api/v1/courses/\(id)/roster/\(ann.id)", decision, fields: fields).status == 200)
        #expect(try server.call("GET", "/api/v1/channels", fields: fields).status == 403, "and nothing else")
        let other = #"{"name":"o","scopes":["events"]}"#
        let wrong = try academy.found(try admin.call("POST", "/admin/api-keys", other).json()["key"])
        #expect(
            try server.call("POST", "/api/v1/courses", #"{"title":"x"}"#, fields: ["X-API-Key: \(wrong)"]).status == 403
        )
    }
}
