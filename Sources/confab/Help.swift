/// What `confab help` prints, made of the table of settings.
enum Help {
    static var text: String {
        let settings = Setting.all.filter { !$0.isSecret }.map { setting in
            let flag = "--\(setting.name)\(setting.form.map { " \($0)" } ?? "")"
            return "  \(flag.padded(to: 24)) \(setting.meaning)"
        }
        return """
            confab: real-time messaging in one process and one directory

              confab serve                runs the server until SIGTERM
              confab user import FILE     makes accounts of a file of JSON lines or CSV (username, email, phone,
                                          password or password_hash, display_name, role)
              confab token USER...        prints an access token for each user
              confab version

            Settings, each also a variable (--log-level is CONFAB_LOG_LEVEL) or a line of the file that --config names:
            \(settings.joined(separator: "\n"))
            """
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
