/// Who may do what, route by route: the method and the template, what fills its gaps, the body, and the status for each
/// of anonymous, stranger, former member, member, owner, moderator and admin.
enum RightsTable {
    struct Row {
        var method: String
        var template: String
        var words: [String: String]
        var body: String?
        var statuses: [Int]
        var text: String
    }

    static let rows: [Row] = [channels, members, messages, files, people, others, waysIn, courses].joined(
        separator: "\n"
    ).split(
        separator: "\n"
    )
    .map { line in
        let columns = line.split(separator: "|", omittingEmptySubsequences: false).map { column in
            String(column.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
        let head = columns[0].split(separator: " ").map(String.init)
        let words = columns[1].split(separator: " ").map { $0.split(separator: "=").map(String.init) }
        return Row(
            method: head[0], template: head[1],
            words: Dictionary(uniqueKeysWithValues: words.map { ($0[0], $0[1]) }),
            body: columns[2].isEmpty ? nil : columns[2],
            statuses: columns[3].split(separator: " ").compactMap { Int($0) }, text: String(line))
    }

    private static let channels = """
        GET /api/v1/channels                          |   |                          | 401 200 200 200 200 200 200
        POST /api/v1/channels                         |   | {"name":"a"}             | 401 201 201 201 201 201 201
        GET /api/v1/channels/{cid}                    |   |                          | 401 404 404 200 200 404 404
        PATCH /api/v1/channels/{cid}                  |   | {"name":"b"}             | 401 404 404 403 200 200 200
        DELETE /api/v1/channels/{cid}                 |   |                          | 401 404 404 403 204 204 204
        GET /api/v1/channels/{cid}/events             |   |                          | 401 404 404 200 200 404 404
        GET /api/v1/channels/{cid}/state              |   |                          | 401 404 404 200 200 404 404
        GET /api/v1/channels/{cid}/pins               |   |                          | 401 404 404 200 200 404 404
        PUT /api/v1/channels/{cid}/read               |   | {"message_number":1}     | 401 404 404 200 200 404 404
        POST /api/v1/channels/{cid}/typing            |   | {}                       | 401 404 404 204 204 404 404
        PUT /api/v1/channels/{cid}/notifications      |   | {"notifications":"none"} | 401 404 404 200 200 404 404
        GET /api/v1/channels/{cid}/invites            |   |                          | 401 404 404 403 200 404 404
        POST /api/v1/channels/{cid}/invites           |   | {}                       | 401 404 404 403 201 404 404
        DELETE /api/v1/channels/{cid}/invites/{iid}   |   |                          | 401 404 404 403 204 404 404
        DELETE /api/v1/channels/{cid}/invites/{iid}   | iid=missing |                | 401 404 404 403 404 404 404
        POST /api/v1/invites/{token}                  |   | {}                       | 401 200 200 200 200 200 200
        POST /api/v1/invites/{token}                  | token=missing | {}           | 401 404 404 404 404 404 404
        PUT /api/v1/direct/{user_id}                  |   |                          | 401 201 201 201 201 201 201
        PUT /api/v1/direct/{user_id}                  | user_id=missing |            | 401 404 404 404 404 404 404
        PUT /api/v1/direct/{user_id}                  | user_id=self |               | 401 422 422 422 422 422 422
        """

    /// Here the owner teaches the course, the member is a student, and the former member has left it.
    private static let courses = #"""
        GET /api/v1/courses                           |   |                          | 200 200 200 200 200 200 200
        POST /api/v1/courses                          |   | {"title":"a"}            | 401 403 403 403 403 403 201
        GET /api/v1/courses/popular                   |   |                          | 200 200 200 200 200 200 200
        POST /api/v1/courses/import                   |   | {}                       | 401 403 403 403 403 403 422
        GET /api/v1/courses/{id}                      | id=course |                  | 200 200 200 200 200 200 200
        GET /api/v1/courses/{id}                      | id=draft |                   | 404 404 404 404 200 404 200
        GET /api/v1/courses/{id}                      | id=missing |                 | 404 404 404 404 404 404 404
        PUT /api/v1/courses/{id}                      | id=course | {"title":"b"}    | 401 403 403 403 200 403 200
        PATCH /api/v1/courses/{id}                    | id=course | {"title":"b"}    | 401 403 403 403 200 403 200
        PATCH /api/v1/courses/{id}                    | id=draft | {"title":"b"}     | 401 404 404 404 200 404 200
        DELETE /api/v1/courses/{id}                   | id=course |                  | 401 403 403 403 204 403 204
        POST /api/v1/courses/{id}/restore             | id=course |                  | 401 404 404 404 200 404 200
        GET /api/v1/courses/{id}/export               | id=course |                  | 401 403 403 403 200 403 200
        GET /api/v1/courses/{id}/lessons              | id=course |                  | 200 200 200 200 200 200 200
        GET /api/v1/courses/{id}/lessons              | id=draft |                   | 404 404 404 404 200 404 200
        POST /api/v1/courses/{id}/lessons             | id=course | {"title":"l"}    | 401 403 403 403 201 403 201
        PUT /api/v1/courses/{id}/lessons/order        | id=course | {"lessons":<order>}  | 401 403 403 403 200 403 200
        GET /api/v1/lessons/{id}                      | id=lesson |                  | 200 200 200 200 200 200 200
        GET /api/v1/lessons/{id}                      | id=missing |                 | 404 404 404 404 404 404 404
        PUT /api/v1/lessons/{id}                      | id=lesson | {"title":"m"}    | 401 403 403 403 200 403 200
        PATCH /api/v1/lessons/{id}                    | id=lesson | {"title":"m"}    | 401 403 403 403 200 403 200
        DELETE /api/v1/lessons/{id}                   | id=lesson |                  | 401 403 403 403 204 403 204
        POST /api/v1/enroll/{course_id}               |   |                          | 401 201 201 200 403 201 201
        POST /api/v1/enroll/{course_id}               | course_id=draft |            | 401 404 404 404 403 404 404
        DELETE /api/v1/enroll/{course_id}             |   |                          | 401 204 204 204 204 204 204
        GET /api/v1/courses/{id}/roster               | id=course |                  | 401 403 403 403 200 403 200
        POST /api/v1/courses/{id}/roster              | id=course | user             | 401 403 403 403 200 403 200
        PUT /api/v1/courses/{id}/roster/{uid}  | id=course | {"decision":"invite"}   | 401 403 403 403 200 403 200
        GET /api/v1/courses/{id}/waitlist             | id=course |                  | 401 403 403 403 200 403 200
        GET /api/v1/courses/{id}/progress             | id=course |                  | 401 403 403 403 200 403 200
        GET /api/v1/progress                          |   |                          | 401 200 200 200 200 200 200
        PUT /api/v1/progress/{lesson_id}              |   | {"percent":5}            | 401 403 403 200 403 403 403
        DELETE /api/v1/progress/{lesson_id}           |   |                          | 401 403 403 204 403 403 403
        GET /api/v1/courses/{id}/certificate          | id=course |                  | 401 403 403 403 403 403 403
        GET /api/v1/certificates/{token}              | token=missing |              | 404 404 404 404 404 404 404
        GET /api/v1/courses/{id}/quizzes              | id=course |                  | 401 200 200 200 200 200 200
        POST /api/v1/courses/{id}/quizzes             | id=course | <quizbody>       | 401 403 403 403 201 403 201
        GET /api/v1/quizzes/{id}                      | id=quiz |                    | 401 403 403 200 200 403 200
        GET /api/v1/quizzes/{id}                      | id=missing |                 | 401 404 404 404 404 404 404
        PUT /api/v1/quizzes/{id}                      | id=quiz | <quizbody>         | 401 403 403 403 200 403 200
        DELETE /api/v1/quizzes/{id}                   | id=quiz |                    | 401 403 403 403 204 403 204
        GET /api/v1/quizzes/{id}/queue                | id=quiz |                    | 401 403 403 403 200 403 200
        GET /api/v1/quizzes/{id}/attempts             | id=quiz |                    | 401 200 200 200 200 200 200
        POST /api/v1/quizzes/{id}/attempts            | id=quiz |                    | 401 403 403 201 403 403 403
        GET /api/v1/attempts/{aid}                    |   |                          | 401 404 404 200 200 404 200
        PUT /api/v1/attempts/{aid}                    |   | {"answers":[]}           | 401 404 404 200 404 404 404
        POST /api/v1/attempts/{aid}/submit            |   | {}                       | 401 404 404 200 404 404 404
        PUT /api/v1/attempts/{aid}/marks/{question}   | aid=closed | {"percent":5}   | 401 404 404 403 200 404 200
        GET /api/v1/analytics                         |   |                          | 401 403 403 403 403 403 200
        """#

    private static let members = """
        GET /api/v1/channels/{cid}/members            |   |                          | 401 404 404 200 200 404 404
        PUT /api/v1/channels/{cid}/members/{uid}      | uid=fresh | {}               | 401 404 404 403 201 404 404
        PUT /api/v1/channels/{cid}/members/{uid}      |   | {}                       | 401 404 404 200 200 404 404
        PUT /api/v1/channels/{cid}/members/{uid}      | uid=missing | {}             | 401 404 404 403 404 404 404
        PATCH /api/v1/channels/{cid}/members/{uid}    |   | {"role":"reader"}        | 401 404 404 403 200 404 404
        PATCH /api/v1/channels/{cid}/members/{uid}    | uid=missing | {"role":"reader"} | 401 404 404 403 404 404 404
        DELETE /api/v1/channels/{cid}/members/{uid}   |   |                          | 401 404 404 403 204 204 204
        DELETE /api/v1/channels/{cid}/members/{uid}   | uid=self |                   | 401 404 404 204 412 404 404
        DELETE /api/v1/channels/{cid}/members/{uid}   | uid=missing |                | 401 404 404 404 404 404 404
        """

    private static let messages = """
        GET /api/v1/channels/{cid}/messages           |   |                          | 401 404 404 200 200 404 404
        POST /api/v1/channels/{cid}/messages          |   | {"text":"a"}             | 401 404 404 201 201 404 404
        GET /api/v1/channels/{cid}/messages/{n}       | n=own |                      | 401 404 404 200 200 404 404
        GET /api/v1/channels/{cid}/messages/{n}       | n=other |                    | 401 404 404 200 200 404 404
        GET /api/v1/channels/{cid}/messages/{n}       | n=deleted |                  | 401 404 404 200 200 404 404
        PATCH /api/v1/channels/{cid}/messages/{n}     | n=own | {"text":"b"}         | 401 404 404 200 200 404 404
        PATCH /api/v1/channels/{cid}/messages/{n}     | n=other | {"text":"b"}       | 401 404 404 403 403 404 404
        PATCH /api/v1/channels/{cid}/messages/{n}     | n=deleted | {"text":"b"}     | 401 404 404 404 404 404 404
        DELETE /api/v1/channels/{cid}/messages/{n}    | n=own |                      | 401 404 404 204 204 204 204
        DELETE /api/v1/channels/{cid}/messages/{n}    | n=other |                    | 401 404 404 403 204 204 204
        POST /api/v1/channels/{cid}/messages/{n}/forward|n=other|{"to_channel":"<cid>"}|401 404 404 201 201 404 404
        POST /api/v1/channels/{cid}/messages/{n}/forward|n=deleted|{"to_channel":"<cid>"}|401 404 404 404 404 404 404
        PUT /api/v1/channels/{cid}/messages/{n}/reactions/{emoji} | n=other |        | 401 404 404 200 200 404 404
        PUT /api/v1/channels/{cid}/messages/{n}/reactions/{emoji} | n=deleted |      | 401 404 404 404 404 404 404
        DELETE /api/v1/channels/{cid}/messages/{n}/reactions/{emoji} | n=other |     | 401 404 404 200 200 404 404
        PUT /api/v1/channels/{cid}/messages/{n}/pin   | n=other |                    | 401 404 404 403 200 404 404
        DELETE /api/v1/channels/{cid}/messages/{n}/pin | n=other |                   | 401 404 404 403 200 404 404
        GET /api/v1/channels/{cid}/messages/{n}/receipts | n=own |                   | 401 404 404 200 200 404 404
        GET /api/v1/channels/{cid}/messages/{n}/thread | n=other |                   | 401 404 404 200 200 404 404
        POST /api/v1/channels/{cid}/messages/{n}/report | n=other | {"reason":"spam"} | 401 404 404 201 201 404 404
        """

    private static let people = """
        GET /api/v1/users/me                          |   |                          | 401 200 200 200 200 200 200
        PUT /api/v1/users/me                          |   | {}                       | 401 200 200 200 200 200 200
        PATCH /api/v1/users/me                        |   | {"bio":"a"}              | 401 200 200 200 200 200 200
        DELETE /api/v1/users/me                       |   | {"current_password":"a"} | 401 401 401 401 401 401 401
        GET /api/v1/users/me/export                   |   |                          | 401 202 202 202 202 202 202
        GET /api/v1/users                             |   |                          | 401 200 200 200 200 200 200
        POST /api/v1/users                            |   | {}                       | 401 403 403 403 403 403 422
        GET /api/v1/users/{id}                        | id=fresh |                   | 401 200 200 200 200 200 200
        GET /api/v1/users/{id}                        | id=missing |                 | 401 404 404 404 404 404 404
        PUT /api/v1/users/{id}                        | id=fresh | {}                | 401 403 403 403 403 403 200
        PATCH /api/v1/users/{id}                      | id=fresh | {"bio":"a"}       | 401 403 403 403 403 403 200
        PATCH /api/v1/users/{id}                      | id=self | {"bio":"a"}        | 401 200 200 200 200 200 200
        PATCH /api/v1/users/{id}                      | id=missing | {"bio":"a"}     | 401 403 403 403 403 403 404
        DELETE /api/v1/users/{id}                     | id=fresh | {}                | 401 403 403 403 403 403 204
        PUT /api/v1/users/{id}/role                   | id=fresh | {"role":"admin"}  | 401 403 403 403 403 403 200
        PUT /api/v1/users/{id}/suspension             | id=fresh | {}                | 401 403 403 403 403 403 200
        DELETE /api/v1/users/{id}/suspension          | id=fresh |                   | 401 403 403 403 403 403 200
        GET /api/v1/users/{id}/sessions               | id=fresh |                   | 401 403 403 403 403 200 200
        DELETE /api/v1/users/{id}/sessions            | id=fresh |                   | 401 403 403 403 403 403 204
        GET /api/v1/auth/sessions                     |   |                          | 401 200 200 200 200 200 200
        DELETE /api/v1/auth/sessions/{sid}            | sid=missing |                | 401 404 404 404 404 404 404
        GET /api/v1/roles                             |   |                          | 401 200 200 200 200 200 200
        PUT /api/v1/roles/{name}                      | name=new | {"permissions":[]} | 401 403 403 403 403 403 201
        PUT /api/v1/roles/{name}                      | name=admin | {"permissions":[]} | 401 403 403 403 403 403 403
        DELETE /api/v1/roles/{name}                   | name=missing |               | 401 403 403 403 403 403 404
        POST /api/v1/setup                            |   | {"token":"a","password":"b"} | 404 404 404 404 404 404 404
        POST /operator/users/create                   |   | {}                       | 404 404 404 404 404 404 404
        POST /operator/users/list                     |   | {}                       | 404 404 404 404 404 404 404
        POST /operator/users/password                 |   | {}                       | 404 404 404 404 404 404 404
        POST /operator/users/role                     |   | {}                       | 404 404 404 404 404 404 404
        POST /operator/users/suspension               |   | {}                       | 404 404 404 404 404 404 404
        """

    private static let files = """
        POST /api/v1/files                            |   | {}                       | 401 201 201 201 201 201 201
        GET /api/v1/files/{fid}                       |   |                          | 401 404 404 200 200 404 404
        GET /api/v1/files/{fid}                       | fid=unsent |                 | 401 404 404 404 200 404 404
        GET /api/v1/files/{fid}                       | fid=missing |                | 401 404 404 404 404 404 404
        GET /api/v1/files/{fid}/thumbnail             |   |                          | 401 404 404 404 404 404 404
        DELETE /api/v1/files/{fid}                    |   |                          | 401 404 404 403 204 404 204
        DELETE /api/v1/files/{fid}                    | fid=unsent |                 | 401 404 404 404 204 404 204
        DELETE /api/v1/files/{fid}                    | fid=missing |                | 401 404 404 404 404 404 404
        POST /api/v1/files/{fid}/link                 |   | {}                       | 401 404 404 201 201 404 404
        POST /api/v1/files/{fid}/link                 | fid=unsent | {}              | 401 404 404 404 201 404 404
        GET /api/v1/files/{fid}/link/{token}          | token=missing |              | 404 404 404 404 404 404 404
        POST /api/v1/files/uploads                    |   |                          | 401 412 412 412 412 412 412
        HEAD /api/v1/files/uploads/{uid}              | uid=missing |                | 401 412 412 412 412 412 412
        GET /api/v1/files/uploads/{uid}               | uid=missing |                | 401 404 404 404 404 404 404
        PATCH /api/v1/files/uploads/{uid}             | uid=missing |                | 401 412 412 412 412 412 412
        POST /api/v1/files/uploads/{uid}              | uid=missing |                | 401 412 412 412 412 412 412
        DELETE /api/v1/files/uploads/{uid}            | uid=missing |                | 401 412 412 412 412 412 412
        """

    private static let others = """
        GET /api/v1/search                            |   |                          | 401 422 422 422 422 422 422
        GET /api/v1/tags                              |   |                          | 401 200 200 200 200 200 200
        GET /api/v1/sync                              |   |                          | 401 200 200 200 200 200 200
        POST /api/v1/sync                             |   | {"epoch":"a"}            | 401 409 409 409 409 409 409
        GET /api/v1/ws                                |   |                          | 426 426 426 426 426 426 426
        GET /api/v1/users/me/blocks                   |   |                          | 401 200 200 200 200 200 200
        PUT /api/v1/users/{id}/block                  | id=fresh |                   | 401 204 204 204 204 204 204
        PUT /api/v1/users/{id}/block                  | id=missing |                 | 401 404 404 404 404 404 404
        DELETE /api/v1/users/{id}/block               | id=fresh |                   | 401 204 204 204 204 204 204
        GET /api/v1/logs                              |   |                          | 401 403 403 403 403 403 200
        GET /api/v1/logs/verify                       |   |                          | 401 403 403 403 403 403 200
        POST /api/v1/contacts/import                  |   | {"email":"a@x.org"}      | 401 202 202 202 202 202 202
        GET /api/v1/contacts                          |   |                          | 401 200 200 200 200 200 200
        DELETE /api/v1/contacts/{id}                  | id=missing |                 | 401 404 404 404 404 404 404
        DELETE /api/v1/contacts                       |   |                          | 401 204 204 204 204 204 204
        GET /api/v1/contacts/discovery                |   |                          | 401 200 200 200 200 200 200
        PUT /api/v1/contacts/discovery                |   | {"findable":true}        | 401 200 200 200 200 200 200
        GET /api/v1/jobs                              |   |                          | 401 200 200 200 200 200 200
        GET /api/v1/admin/jobs                        |   |                          | 401 403 403 403 403 403 200
        GET /api/v1/jobs/{id}                         | id=missing |                 | 401 404 404 404 404 404 404
        DELETE /api/v1/jobs/{id}                      | id=missing |                 | 401 404 404 404 404 404 404
        GET /api/v1/notifications                     |   |                          | 401 200 200 200 200 200 200
        PUT /api/v1/notifications/read                |   | {"up_to":"1"}            | 401 200 200 200 200 200 200
        PUT /api/v1/notifications/{id}/read           | id=missing |                 | 401 404 404 404 404 404 404
        GET /api/v1/notifications/preferences         |   |                          | 401 200 200 200 200 200 200
        PUT /api/v1/notifications/preferences         |   | {}                       | 401 200 200 200 200 200 200
        GET /api/v1/push/key                          |   |                          | 401 200 200 200 200 200 200
        PUT /api/v1/devices/{device_id}               | | {"kind":"fcm","token":"a"} | 401 201 201 201 201 201 201
        DELETE /api/v1/devices/{device_id}            | device_id=missing |          | 401 404 404 404 404 404 404
        GET /api/v1/admin/webhooks                    |   |                          | 401 403 403 403 403 403 200
        GET /api/v1/admin/connections                 |   |                          | 401 403 403 403 403 403 200
        POST /api/v1/admin/connections/close          |   | {"connection":"0-1"}     | 401 403 403 403 403 403 200
        GET /api/v1/health-check                      |   |                          | 401 403 403 403 403 403 200
        GET /api/v1/dashboard                         |   |                          | 401 403 403 403 403 403 200
        POST /api/v1/admin/webhooks | | {"url":"https://example.org/","events":["none"]} | 401 403 403 403 403 403 201
        PUT /api/v1/admin/webhooks/{id}               | id=missing | {}              | 401 403 403 403 403 403 404
        DELETE /api/v1/admin/webhooks/{id}            | id=missing |                 | 401 403 403 403 403 403 404
        GET /api/v1/admin/webhooks/{id}/deliveries    | id=missing |                 | 401 403 403 403 403 403 404
        POST /api/v1/admin/events                     |   | {"id":"a","type":"a"}    | 401 403 403 403 403 403 202
        POST /api/v1/admin/backup                     |   |                          | 401 403 403 403 403 403 202
        GET /api/v1/admin/backups                     |   |                          | 401 403 403 403 403 403 200
        GET /api/v1/admin/storage                     |   |                          | 401 403 403 403 403 403 200
        POST /operator/backup                         |   | {"path":"/"}             | 404 404 404 404 404 404 404
        POST /operator/audit/verify                   |   | {}                       | 404 404 404 404 404 404 404
        POST /operator/tokens                         |   | {"users":[]}             | 404 404 404 404 404 404 404
        POST /operator/users/import                   |   | {"rows":[]}              | 404 404 404 404 404 404 404
        GET /health                                   |   |                          | 200 200 200 200 200 200 200
        GET /api/test                                 |   |                          | 200 200 200 200 200 200 200
        GET /metrics                                  |   |                          | 200 200 200 200 200 200 200
        GET /livez                                    |   |                          | 200 200 200 200 200 200 200
        GET /readyz                                   |   |                          | 200 200 200 200 200 200 200
        POST /api/v1/auth/register                    |   | {}                       | 422 422 422 422 422 422 422
        POST /api/v1/auth/login                       |   | {"login":"a","password":"b"} | 401 401 401 401 401 401 401
        POST /api/v1/auth/refresh                     |   | {"refresh_token":"a"}    | 401 401 401 401 401 401 401
        POST /api/v1/auth/logout                      |   | {}                       | 401 204 204 204 204 204 204
        POST /api/v1/auth/verify                      |   | {"token":"a"}            | 401 401 401 401 401 401 401
        POST /api/v1/auth/introspect                  |   | {"token":"a"}            | 401 401 401 401 401 401 401
        POST /api/v1/auth/mint                        |   | {"external_id":"a"}      | 401 401 401 401 401 401 401
        POST /api/v1/auth/ws-ticket                   |   |                          | 401 200 200 200 200 200 200
        GET /api/v1/admin/api-keys                    |   |                          | 401 403 403 403 403 403 200
        POST /api/v1/admin/api-keys                   |   | {"name":"k","scopes":["mint"]} | 401 403 403 403 403 403 201
        DELETE /api/v1/admin/api-keys/{id}            | id=missing |                 | 401 403 403 403 403 403 404
        POST /operator/keys/rotate                    |   | {}                       | 404 404 404 404 404 404 404
        """

    private static let waysIn = """
        GET /api/v1/auth/methods |  |  | 200 200 200 200 200 200 200
        POST /api/v1/auth/login/totp |  | {"mfa_token":"a","code":"b"} | 401 401 401 401 401 401 401
        POST /api/v1/auth/email/verification |  | {} | 422 422 422 422 422 422 422
        GET /api/v1/auth/email/verify |  |  | 200 200 200 200 200 200 200
        POST /api/v1/auth/email/verify |  | {"token":"a"} | 422 422 422 422 422 422 422
        POST /api/v1/auth/password/set |  | {"password":"b"} | 401 401 401 401 401 401 401
        POST /api/v1/auth/password/reset |  | {"login":"a"} | 202 202 202 202 202 202 202
        GET /api/v1/auth/password/reset/confirm |  |  | 200 200 200 200 200 200 200
        POST /api/v1/auth/password/reset/confirm |  | {"token":"a","password":"b"} | 422 422 422 422 422 422 422
        POST /api/v1/auth/phone/start |  | {"phone":"+49170123456"} | 202 202 202 202 202 202 202
        POST /api/v1/auth/phone/verify |  | {"phone":"+49170123456","code":"123456"} | 401 401 401 401 401 401 401
        GET /api/v1/auth/totp |  |  | 401 200 200 200 200 200 200
        POST /api/v1/auth/totp |  | {} | 401 200 200 200 200 200 200
        POST /api/v1/auth/confirm |  | {} | 401 422 422 422 422 422 422
        POST /api/v1/auth/confirm |  | {"current_password":"a"} | 401 401 401 401 401 401 401
        POST /api/v1/auth/totp/confirm |  | {"code":"a"} | 401 401 401 401 401 401 401
        DELETE /api/v1/auth/totp |  | {} | 401 401 401 401 401 401 401
        POST /api/v1/auth/oauth/google |  | {} | 501 501 501 501 501 501 501
        GET /api/v1/auth/oauth/google/start |  |  | 501 501 501 501 501 501 501
        GET /api/v1/auth/oauth/google/callback |  |  | 501 501 501 501 501 501 501
        POST /api/v1/auth/oauth/facebook |  | {} | 501 501 501 501 501 501 501
        GET /api/v1/auth/oauth/facebook/start |  |  | 501 501 501 501 501 501 501
        GET /api/v1/auth/oauth/facebook/callback |  |  | 501 501 501 501 501 501 501
        POST /api/v1/auth/oauth/finish |  | {"code":"a"} | 401 401 401 401 401 401 401
        GET /api/v1/invitations |  |  | 401 403 403 403 403 403 200
        POST /api/v1/invitations |  | {} | 401 403 403 403 403 403 201
        DELETE /api/v1/invitations/{id} | id=missing |  | 401 403 403 403 403 403 404
        """
}
