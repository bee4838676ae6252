/// `confab manual`: the manual page in the language of man(7), made of the tables of verbs and settings.
enum ManualPage {
    static var text: String {
        var lines = [
            ".TH CONFAB 1 \"\" \"confab \(Assembly.version)\" \"User Commands\"", ".SH NAME",
            "confab \\- real-time messaging in one process and one directory", ".SH SYNOPSIS",
            ".B confab", "VERB [WORDS] [--SETTING VALUE]...", ".SH VERBS",
        ]
        for verb in Verb.all { lines += [".TP", ".B " + escaped(verb.form), escaped(verb.meaning)] }
        lines += [
            ".SH SETTINGS",
            escaped(
                "Each is a flag, a variable, or a line NAME=value of the file that --config names. Flags go before "
                    + "variables, variables before the file, the file before the default. Secrets are variables or "
                    + "lines of the file only, which nobody else may be able to read then."),
        ]
        for setting in Setting.all {
            let flag = setting.isSecret ? "" : "--\(setting.name)\(setting.form.map { " \($0)" } ?? ""), "
            let notes =
                (setting.standard.isEmpty ? "" : " (\(setting.standard))")
                + (setting.takesRestart ? "; takes a restart" : "")
            lines += [".TP", ".B " + escaped(flag + setting.variable), escaped(setting.meaning + notes)]
        }
        lines += [
            ".SH SIGNALS", ".TP", ".B SIGTERM",
            "tells all clients when to come back, and stops; the second one at once",
            ".TP", ".B SIGHUP", "reads the file of settings and the certificates again",
            ".SH EXIT STATUS",
            escaped(
                "0 when all went well, 1 when something failed, 2 for words that are not understood, 74 when the "
                    + "data could not be written."),
        ]
        return lines.joined(separator: "\n")
    }

    /// Hyphens that are to be copied, and no line that begins like a command.
    private static func escaped(_ text: String) -> String {
        let escaped = text.map { $0 == "\\" ? "\\e" : $0 == "-" ? "\\-" : String($0) }.joined()
        return escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&" + escaped : escaped
    }
}
