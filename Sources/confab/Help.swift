/// What `confab help` prints, made of the tables of verbs and settings.
enum Help {
    static var text: String {
        """
        confab: real-time messaging in one process and one directory

        \(verbs)

        Settings, each also a variable (--log-level is CONFAB_LOG_LEVEL) or a line of the file that --config names:
        \(lines(of: Setting.main))

        confab help bounds lists the bounds on what clients may do, which are settings too.
        """
    }

    private static var verbs: String {
        Verb.all.map { verb in
            let form = "  confab \(verb.form)"
            let gap = form.count < column ? "" : "\n"
            return (gap.isEmpty ? form.padded(to: column) : form + gap + "".padded(to: column)) + verb.meaning
        }.joined(separator: "\n")
    }

    /// Where meanings begin.
    private static let column = 30

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
