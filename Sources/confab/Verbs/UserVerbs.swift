internal import Base
internal import Glibc

/// `confab user create|list|passwd|suspend|restore|role`: single users.
enum UserVerbs {
    static let usage = """
        usage: confab user import FILE
               confab user create [USERNAME] [--email E] [--phone P] [--display-name N] [--role R] [--password-stdin]
               confab user list [--role R] [--prefix TEXT]
               confab user passwd USER
               confab user suspend USER [--reason TEXT] | restore USER | role USER ROLE
        """

    /// - Parameter read: makes settings of what is left of the words.
    static func run(
        _ arguments: [String], _ read: (ArraySlice<String>) throws(UsageError) -> SettingValues
    ) async throws {
        guard let verb = arguments.first else { throw UsageError(usage) }
        var flags = try VerbFlags(
            arguments.dropFirst(), taking: ["email", "phone", "display-name", "role", "reason", "prefix"],
            switches: ["password-stdin"])
        let values = try read(flags.rest[...])
        let words = values.words
        switch (verb, words.count) {
        case ("import", _): try await UserImport.run(values)
        case ("create", 0...1): try await create(words.first, &flags, values)
        case ("list", 0): try await list(flags, values)
        case ("passwd", 1):
            let password = try Passphrase.read()
            try await change("password", words[0], values) { json in json.member("password", utf8: password) }
        case ("suspend", 1):
            let reason = flags["reason"]
            try await change("suspension", words[0], values) { json in
                json.member("is_suspended", true)
                json.member("reason", orNull: reason)
            }
        case ("restore", 1):
            try await change("suspension", words[0], values) { json in json.member("is_suspended", false) }
        case ("role", 2): try await change("role", words[0], values) { json in json.member("role", words[1]) }
        default: throw UsageError(usage)
        }
    }

    private static func create(
        _ username: String?, _ flags: inout VerbFlags, _ values: SettingValues
    ) async throws {
        let flags = flags
        let password = flags.has("password-stdin") ? try Passphrase.read() : nil
        let body = JSONWriter.object { json in
            json.member("username", orNull: username)
            json.member("email", orNull: flags["email"])
            json.member("phone", orNull: flags["phone"])
            json.member("display_name", orNull: flags["display-name"])
            json.member("role", orNull: flags["role"])
            if let password { json.member("password", utf8: password) }
        }
        try await OperatorDoor.open(values) { post in Output.line(line(try await post("/operator/users/create", body)))
        }
    }

    private static func list(_ flags: VerbFlags, _ values: SettingValues) async throws {
        try await OperatorDoor.open(values) { post in
            var after: String?
            while true {
                let last = after
                let page = try await post(
                    "/operator/users/list",
                    JSONWriter.object { json in
                        json.member("after", orNull: last)
                        json.member("role", orNull: flags["role"])
                        json.member("q", orNull: flags["prefix"])
                    })
                let users = page["users"]?.elements ?? []
                for user in users { Output.line(line(user)) }
                after = users.last?["id"]?.string
                guard page["has_more"]?.bool == true, after != nil else { return }
            }
        }
    }

    private static func change(
        _ what: String, _ user: String, _ values: SettingValues, _ parts: (inout JSONWriter) -> Void
    ) async throws {
        let body = JSONWriter.object { json in
            json.member("user", user)
            parts(&json)
        }
        try await OperatorDoor.open(values) { post in
            Output.line(line(try await post("/operator/users/\(what)", body)))
        }
    }

    /// A user as a line: number, username, e-mail, phone, role, state, with tabs between them and `-` for what is not
    /// there.
    private static func line(_ user: JSONElement) -> String {
        let parts = (["id", "username", "email", "phone", "role"] as [StaticString]).map { user[$0]?.string ?? "-" }
        return (parts + [user["is_active"]?.bool == false ? "suspended" : "active"]).joined(separator: "\t")
    }
}

/// Flags that belong to a verb and are no settings.
struct VerbFlags {
    private var values: [String: String] = [:]
    private var switched: Set<String> = []
    /// Everything else, in its order.
    private(set) var rest: [String] = []

    init(
        _ arguments: some Sequence<String>, taking names: Set<String>, switches: Set<String>
    ) throws(UsageError) {
        var waiting: String?
        for argument in arguments {
            if let name = waiting {
                values[name] = argument
                waiting = nil
                continue
            }
            let parts = argument.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = argument.hasPrefix("--") ? String(parts.first ?? "") : ""
            if switches.contains(name), parts.count == 1 {
                switched.insert(name)
            } else if names.contains(name) {
                if parts.count == 2 { values[name] = String(parts[1]) } else { waiting = name }
            } else {
                rest.append(argument)
            }
        }
        if let waiting { throw UsageError("--\(waiting) needs a value") }
    }

    subscript(_ name: String) -> String? { values[name] }
    func has(_ name: String) -> Bool { switched.contains(name) }
}

/// A password from standard input, never from the command line, which others can read.
enum Passphrase {
    /// Bytes that are read at all; a password is shorter.
    private static let bytesMax = 4_096

    /// The first line. From a terminal it is asked for, and not shown.
    static func read() throws(UsageError) -> [UInt8] {
        var settings = termios()
        let isTerminal = tcgetattr(STDIN_FILENO, &settings) == 0
        if isTerminal {
            var silent = settings
            silent.c_lflag &= ~tcflag_t(ECHO)
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
            Output.complaint("password:")
        }
        defer { if isTerminal { tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings) } }
        var line: [UInt8] = [], byte: UInt8 = 0
        while line.count < bytesMax, Glibc.read(STDIN_FILENO, &byte, 1) == 1, byte != UInt8(ascii: "\n") {
            line.append(byte)
        }
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        guard !line.isEmpty else { throw UsageError("give the password as a line of standard input") }
        return line
    }
}
