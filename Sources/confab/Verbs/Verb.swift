/// The verbs of the command line, in one table: help, completions and the manual page are made of it.
struct Verb {
    /// Such as `user import FILE`.
    let form: String
    let meaning: String

    /// The words before what the caller puts in.
    var words: [String] {
        form.split(separator: " ").prefix { $0.allSatisfy { $0.isLowercase || $0 == "-" } && !$0.hasPrefix("-") }
            .map(String.init)
    }

    static let all: [Verb] = [
        Verb(form: "serve", meaning: "runs the server until SIGTERM"),
        Verb(
            form: "user import FILE",
            meaning: "makes accounts of a file of JSON lines or CSV (username, email, phone, password or "
                + "password_hash, display_name, role)"),
        Verb(
            form: "user create [USERNAME] [--email E] [--phone P] [--display-name N] [--role R] [--password-stdin]",
            meaning: "makes one"),
        Verb(form: "user list", meaning: "prints all users, a line each; --role R, --prefix TEXT for some of them"),
        Verb(
            form: "user passwd USER",
            meaning: "gives a user the password on standard input, and ends all their logins"),
        Verb(form: "user role USER ROLE", meaning: "gives a user another role"),
        Verb(form: "user suspend USER", meaning: "keeps a user out, at once (--reason TEXT)"),
        Verb(form: "user restore USER", meaning: "ends that"),
        Verb(form: "token USER...", meaning: "prints an access token for each user"),
        Verb(form: "audit verify", meaning: "checks that nothing of the audit trail was changed or taken away"),
        Verb(
            form: "backup OUT",
            meaning: "writes everything as it is at one instant into a new file; the server may run"),
        Verb(form: "restore FILE", meaning: "fills an empty data directory from such a file"),
        Verb(
            form: "verify FILE|DIR",
            meaning: "looks for damage in a backup, or in the data of a stopped server; ends with 1 when there is any"),
        Verb(
            form: "doctor",
            meaning: "says what is there and what is missing; ends with 1 when something needed is"),
        Verb(form: "config check", meaning: "says whether a server would start with these settings"),
        Verb(
            form: "config show",
            meaning: "prints each setting with where its value comes from; secrets are left out"),
        Verb(form: "keys rotate", meaning: "has a new key sign tokens; the last one goes with its last token"),
        Verb(form: "completion bash|zsh|fish", meaning: "prints completions for a shell"),
        Verb(form: "manual", meaning: "prints the manual page, for man -l"),
        Verb(form: "version", meaning: "prints the version"),
        Verb(form: "help [bounds]", meaning: "prints all verbs and settings, or the bounds, which are settings too"),
    ]
}
