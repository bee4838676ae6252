/// One thing that an operator may choose: its flag, its variable, its default and what it means, in one table. Flags go
/// before variables, variables before the file, the file before the default.
struct Setting: Sendable {
    /// As in `--listen`.
    let name: String
    /// What a value looks like; `nil` for a switch, which needs none.
    let form: String?
    let standard: String
    let meaning: String
    /// Given as a variable or in the file only, never on a command line that others can read.
    var isSecret = false
    /// A running server does not obey a new value, also when it is told to read its settings again.
    var takesRestart = false
    /// What of the server's bounds it is.
    var bound: Bound?

    /// As in `CONFAB_LISTEN`.
    var variable: String { "CONFAB_" + name.uppercased().map { $0 == "-" ? "_" : String($0) }.joined() }

    static let all = main + bucket + push + bounds

    static let main: [Setting] = [
        Setting(
            name: "listen", form: "ADDRESS:PORT", standard: "127.0.0.1:8080",
            meaning: "where to listen; port 0 picks a free one",
            takesRestart: true),
        Setting(
            name: "data", form: "DIR", standard: "./data", meaning: "the directory that holds everything",
            takesRestart: true),
        Setting(
            name: "dev", form: nil, standard: "off",
            meaning: "allows what only development may choose: cheap passwords, no rate limits", takesRestart: true),
        Setting(
            name: "loops", form: "N", standard: "0", meaning: "event loops, 1 to 64; 0 means one for each core",
            takesRestart: true),
        Setting(
            name: "log-level", form: "LEVEL", standard: "info", meaning: "debug, info, warning, error or off"),
        Setting(
            name: "allowed-origins", form: "LIST", standard: "",
            meaning: "origins of other web pages that may connect and call, separated by commas, "
                + "such as https://example.org"),
        Setting(
            name: "allowed-hosts", form: "LIST", standard: "",
            meaning: "host names that requests may be for, separated by commas; empty means any"),
        Setting(
            name: "trusted-proxies", form: "LIST", standard: "",
            meaning: "addresses or networks of proxies whose X-Forwarded-* is believed, such as 127.0.0.1,10.0.0.0/8"),
        Setting(
            name: "proxy-protocol", form: "on|off", standard: "off",
            meaning: "whether connections of trusted proxies begin with a PROXY header (version 2)"),
        Setting(
            name: "phone-country", form: "CODE", standard: "",
            meaning: "the dialling code, such as 49, of phone numbers in imported contacts that name no country"),
        Setting(
            name: "tls-cert", form: "FILES", standard: "",
            meaning: "certificates with their chains (PEM), separated by commas: speak TLS; SIGHUP reads them again"),
        Setting(
            name: "tls-key", form: "FILES", standard: "",
            meaning: "their private keys (PEM, without passphrase), in the same order"),
        Setting(
            name: "page-dir", form: "DIR", standard: "",
            meaning: "a directory with the page's files, index.html among them; empty means the built-in page"),
        Setting(
            name: "outside-allow", form: "LIST", standard: "",
            meaning: "private networks that webhooks and other services may be in, such as 10.1.2.0/24",
            takesRestart: true),
        Setting(
            name: "outside-ca", form: "FILE", standard: "",
            meaning: "certificates (PEM) by which other servers are known; empty means the system's",
            takesRestart: true),
        Setting(
            name: "smtp-url", form: "URL", standard: "",
            meaning: "the mail server, such as smtp://mail.example.org:587; empty means that no e-mail is sent",
            takesRestart: true),
        Setting(
            name: "smtp-tls", form: "KIND", standard: "starttls",
            meaning: "how it is spoken to: implicit (TLS from the beginning), starttls, or none", takesRestart: true),
        Setting(
            name: "smtp-ca", form: "FILE", standard: "",
            meaning: "certificates (PEM) by which the mail server is known; empty means those of all other servers",
            takesRestart: true),
        Setting(
            name: "smtp-from", form: "ADDRESS", standard: "", meaning: "the address that e-mail comes from",
            takesRestart: true),
        Setting(
            name: "smtp-user", form: "NAME", standard: "", meaning: "the name to log in with there; empty for none",
            takesRestart: true),
        Setting(
            name: "smtp-password", form: "TEXT", standard: "", meaning: "the password to log in with there",
            isSecret: true, takesRestart: true),
        Setting(
            name: "sms-url", form: "URL", standard: "",
            meaning: "where text messages are handed over, as POST {\"to\",\"text\"}; empty means that none are sent",
            takesRestart: true),
        Setting(
            name: "sms-secret", form: "TEXT", standard: "",
            meaning: "signs what is handed over there, as webhooks are signed", isSecret: true, takesRestart: true),
        Setting(
            name: "jwt-secret", form: "TEXT", standard: "",
            meaning:
                "signs access tokens (HS256), at least 32 bytes; empty means a key in DIR/keys, made on first start",
            isSecret: true, takesRestart: true),
        Setting(
            name: "jwt-algorithm", form: "NAME", standard: "HS256",
            meaning: "how access tokens are signed: HS256, EdDSA, ES256 or RS256", takesRestart: true),
        Setting(
            name: "jwt-issuer", form: "TEXT", standard: "confab", meaning: "the iss of access tokens",
            takesRestart: true),
        Setting(
            name: "jwt-audience", form: "TEXT", standard: "confab", meaning: "the aud of access tokens",
            takesRestart: true),
        Setting(
            name: "cookies", form: "on|off", standard: "off",
            meaning: "whether browsers may keep their tokens in cookies"),
        Setting(
            name: "trusted-issuers", form: "FILE", standard: "",
            meaning: "a file of JSON with the issuers whose tokens are taken too (docs/AUTH.md)", takesRestart: true),
        Setting(
            name: "scrypt-log-n", form: "N", standard: "17",
            meaning: "cost of a password hash as a power of two; less than 17 with --dev only", takesRestart: true),
        Setting(
            name: "rate-limits", form: "on|off", standard: "on",
            meaning: "whether users are kept from sending too fast; off with --dev only"),
        Setting(
            name: "public-url", form: "URL", standard: "",
            meaning:
                "where people reach this server, such as https://chat.example.org; links in letters begin with it; "
                + "empty means the address it listens on"),
        Setting(
            name: "registration", form: "open|invite|closed", standard: "open", meaning: "who may make an account"),
        Setting(
            name: "require-email-verification", form: "on|off|auto", standard: "auto",
            meaning: "whether who has an e-mail address must verify it before logging in; auto means where a mail "
                + "server is set up"),
        Setting(
            name: "google-client-id", form: "TEXT", standard: "", meaning: "what this server is called at Google"),
        Setting(
            name: "google-client-secret", form: "TEXT", standard: "", meaning: "and its secret there", isSecret: true),
        Setting(
            name: "google-issuer-url", form: "URL", standard: "",
            meaning: "another server in Google's place, for tests: it has /authorize, /token, /keys, /inspect, /profile"
        ),
        Setting(
            name: "facebook-app-id", form: "TEXT", standard: "", meaning: "what this server is called at Facebook"),
        Setting(
            name: "facebook-app-secret", form: "TEXT", standard: "", meaning: "and its secret there", isSecret: true),
        Setting(
            name: "facebook-issuer-url", form: "URL", standard: "",
            meaning: "another server in Facebook's place, for tests"),
        Setting(
            name: "admin-username", form: "NAME", standard: "",
            meaning: "the first superuser of a new server; without one a link to make one is printed",
            takesRestart: true),
        Setting(
            name: "admin-email", form: "ADDRESS", standard: "", meaning: "the first superuser's e-mail address",
            takesRestart: true),
        Setting(
            name: "admin-password", form: "TEXT", standard: "", meaning: "the first superuser's password",
            isSecret: true, takesRestart: true),
        Setting(
            name: "min-age", form: "N", standard: "0",
            meaning: "years that users have to be old who say when they were born; 0 asks for none"),
        Setting(
            name: "courses-public", form: "on|off", standard: "on",
            meaning: "whether published courses are seen without a token", takesRestart: true),
        Setting(
            name: "directory", form: "on|off", standard: "off",
            meaning: "whether members find each other by how a name begins"),
        Setting(
            name: "search", form: "on|off", standard: "on",
            meaning: "whether what is said is indexed and can be searched", takesRestart: true),
        Setting(
            name: "backup-dir", form: "DIR", standard: "",
            meaning: "where backups are kept; empty means DIR/backups in the data directory, on the same disk",
            takesRestart: true),
        Setting(
            name: "backup-every-hours", form: "N", standard: "0",
            meaning: "hours between backups that are made without being asked for; 0 means never", takesRestart: true),
        Setting(
            name: "backup-keep", form: "N", standard: "7",
            meaning: "backups that stay there, the newest", takesRestart: true),
    ]

    static func named(_ name: String) -> Setting? { all.first { $0.name == name } }
}
