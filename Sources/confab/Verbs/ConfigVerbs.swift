internal import Glibc

/// `confab config check|show`: what a server would be started with, and where each value comes from.
enum ConfigVerbs {
    static func run(_ values: SettingValues) throws {
        switch values.words {
        case ["check"]: try check(values)
        case ["show"]: show(values)
        default: throw UsageError("usage: confab config check|show [--config FILE]")
        }
    }

    /// Says whether a server would start with these settings, as far as can be known without starting it; ends with 1
    /// when a variable has the name of a setting that is none.
    private static func check(_ values: SettingValues) throws {
        _ = try Serve.rules(try Configuration(values))
        let strangers = strangers()
        for name in strangers { Output.complaint("there is no setting \(name)") }
        guard strangers.isEmpty else { throw ToldFailure() }
        Output.line("the settings can be used")
    }

    /// A line for each setting, in the form of a file of settings, with what is no secret and where it comes from.
    private static func show(_ values: SettingValues) {
        for setting in Setting.all {
            let value = values[setting.name]
            let shown = setting.isSecret && !value.isEmpty ? "********" : value
            Output.line("\(setting.variable)=\(shown)  # \(values.origin(of: setting).words)")
        }
    }

    /// Variables that look like settings: a slip of the keyboard would otherwise go unnoticed.
    private static func strangers() -> [String] {
        var known = Set(Setting.all.map(\.variable))
        #if DEBUG
            known.insert("CONFAB_PLANTED_FAULT")
        #endif
        var names: [String] = []
        var next = environ
        while let entry = next.pointee {
            let name = String(cString: entry).prefix { $0 != "=" }
            if name.hasPrefix("CONFAB_"), !known.contains(String(name)) { names.append(String(name)) }
            next += 1
        }
        return names.sorted()
    }
}
