/// What `confab help` prints, made of the table of settings.
enum Help {
    static var text: String {
        """
        confab: real-time messaging in one process and one directory

          confab serve                runs the server until SIGTERM
          confab user import FILE     makes accounts of a file of JSON lines or CSV (username, email, phone,
                                      password or password_hash, display_name, role)
          confab user create [USERNAME] [--email E] [--phone P] [--display-name N] [--role R] [--password-stdin]
          confab user list            prints all users, a line each; --role R, --prefix TEXT for some of them
          confab user passwd USER     gives a user the password on standard input, and ends all their logins
          confab user role USER ROLE  gives a user another role
          confab user suspend USER    keeps a user out, at once (--reason TEXT); confab user restore USER ends it
          confab token USER...        prints an access token for each user
          confab audit verify         checks that nothing of the audit trail was changed or taken away
          confab backup OUT           writes everything as it is at one instant into a new file; the server may run
          confab restore FILE         fills an empty data directory from such a file
          confab verify FILE|DIR      looks for damage in a backup, or in the data of a stopped server; ends with 1 when
                                      there is any
          confab doctor               says what is there and what is missing; ends with 1 when something needed is
          confab keys rotate          has a new key sign tokens; the last one goes with its last token
          confab version

        Settings, each also a variable (--log-level is CONFAB_LOG_LEVEL) or a line of the file that --config names:
        \(lines(of: Setting.main))

        confab help bounds lists the bounds on what clients may do, which are settings too.
        """
    }

    static var bounds: String { lines(of: Setting.bounds) }

    private static func lines(of settings: [Setting]) -> String {
        let flags = settings.map { "--\($0.name)\($0.form.map { " \($0)" } ?? "")" }
        let width = flags.map(\.count).max() ?? 0
        return zip(flags, settings).filter { !$1.isSecret }
            .map { "  \($0.padded(to: width)) \($1.meaning)" }.joined(separator: "\n")
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
