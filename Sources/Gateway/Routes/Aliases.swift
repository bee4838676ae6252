internal import Base
public import REST
internal import Wire

/// The spellings of the systems that people come from, all of them here: three Django services, a Django chat with JWT,
/// and a Flask service, each with the shapes that its clients know.
public enum Aliases {
    public static let all: [Alias] = registration + login + tokens + proofs + people + courses

    // MARK: Getting in

    private static let register = "/api/v1/auth/register"
    private static let logIn = "/api/v1/auth/login"

    private static let registration = [
        Alias(.post, "/api/v1/register", for: register),
        Alias(.post, "/api/register", for: register).with { alias in
            alias.required = (["username", "email", "password"], "Username, email, and password are required")
            alias.answer = .told { answer, json in answer["user"]?.writePerson(to: &json) }
            alias.refusals = [
                .init(409, at: "/username", as: 400, "Username already exists"),
                .init(409, at: "/email", as: 400, "Email already exists"),
            ]
        },
        Alias(.post, "/api/users/signup", for: register).with { alias in
            alias.answer = .told(pair)
            alias.refusals = [.init(409, as: 400, "There is already a registered user with this email")]
        },
    ]

    private static let login = [
        Alias(.post, "/api/v1/login", for: logIn),
        Alias(.post, "/api/login", for: logIn).with { alias in
            alias.required = (["username", "password"], "Username and password are required")
            alias.answer = .told { answer, json in
                json.object { json in json.copy("access_token", of: answer, as: "access_token") }
            }
            alias.refusals = [.init(401, as: 401, "Invalid credentials")]
        },
        Alias(.post, "/api/users/login", for: logIn).with { alias in alias.answer = .told(pair) },
        Alias(.post, "/api-token-auth", for: logIn).with { alias in alias.answer = .told(token) },
        Alias(.post, "/api/v1/logout", for: "/api/v1/auth/logout"),
        Alias(.post, "/api/users/logout", for: "/api/v1/auth/logout").with { alias in
            alias.renamed = ["refresh": "refresh_token"]
            alias.answer = .told(status: 200) { _, json in json.value("Success") }
        },
    ]

    private static let tokens = [
        Alias(.post, "/api-token-verify", for: "/api/v1/auth/verify"),
        Alias(.post, "/api-token-refresh", for: "/api/v1/auth/refresh").with { alias in
            alias.answer = .told(token)
        },
    ]
    private static let proofs = [
        Alias(.post, "/phone-auth", for: "/api/v1/auth/phone/start").with { alias in
            alias.successorWith = ("code", "/api/v1/auth/phone/verify")
        },
        Alias(.post, "/password-set", for: "/api/v1/auth/password/set").with { alias in
            alias.renamed = ["old_password": "current_password", "new_password": "password"]
        },
        Alias(.post, "/password-reset", for: "/api/v1/auth/password/reset"),
    ]

    // MARK: People

    private static let users = "/api/v1/users"
    private static let user = "/api/v1/users/{id}"

    private static let people = [
        Alias(.get, "/api/v1/profile", for: "/api/v1/users/me"),
        Alias(.put, "/api/v1/profile", for: "/api/v1/users/me"),
        Alias(.patch, "/api/v1/profile", for: "/api/v1/users/me"),
        Alias(.delete, "/api/v1/profile", for: "/api/v1/users/me"),
        Alias(.get, "/api/users", for: users).with { alias in
            alias.answer = .told { answer, json in
                json.array { json in
                    for person in answer["items"]?.elements ?? [] { person.writePerson(to: &json) }
                }
            }
        },
        Alias(.get, "/api/users/{id}", for: user).with { alias in
            alias.answer = .told { answer, json in answer.writePerson(to: &json) }
            alias.refusals = [.init(404, as: 404, "User not found")]
        },
        Alias(.delete, "/api/users/{id}", for: user).with { alias in
            alias.answer = .told(status: 200) { _, json in
                json.object { json in json.member("message", "User deleted successfully") }
            }
            alias.refusals = [.init(404, as: 404, "User not found")]
        },
        Alias(.put, "/api/users/{id}", for: user).with { alias in
            alias.answer = .told { answer, json in answer.writePerson(to: &json) }
            alias.refusals = [.init(404, as: 404, "User not found")]
        },
    ]

    // MARK: Courses

    private static let courses = [Alias(.post, "/api/v1/courses/create", for: "/api/v1/courses")]

    // MARK: Shapes

    private static let pair: Alias.Write = { answer, json in
        json.object { json in
            json.copy("refresh_token", of: answer, as: "refresh")
            json.copy("access_token", of: answer, as: "access")
        }
    }

    private static let token: Alias.Write = { answer, json in
        json.object { json in json.copy("access_token", of: answer, as: "token") }
    }
}

extension JSONWriter {
    /// A member of another object under a name of its own; `null` where it is not there.
    fileprivate mutating func copy(_ member: StaticString, of object: JSONElement, as name: StaticString) {
        self.name(name)
        if let value = object[member] { value.write(to: &self) } else { null() }
    }
}

extension JSONElement {
    fileprivate func write(to json: inout JSONWriter) { json.value(raw: self.json) }

    /// A user with three members and a number for an id.
    fileprivate func writePerson(to json: inout JSONWriter) {
        json.object { json in
            json.name("id")
            if let id = self["id"]?.utf8 { json.value(raw: id) } else { json.null() }
            json.copy("username", of: self, as: "username")
            json.copy("email", of: self, as: "email")
        }
    }
}
