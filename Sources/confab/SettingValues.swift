internal import Glibc

/// The chosen values, each from the nearest place that has one.
struct SettingValues: Sendable {
    /// Where a value comes from.
    enum Origin: String {
        case flag, variable, file
        case standard = "default"

        var words: String { rawValue }
    }

    private var values: [String: String] = [:]
    private var origins: [String: Origin] = [:]
    private let flags: [String: String]
    private let environment: [String: String]
    /// Words of the command line that are no settings.
    private(set) var words: [String] = []

    /// Reads a command line's flags and words, the environment, and the file that `--config` names.
    init(arguments: [String], environment: [String: String]) throws(UsageError) {
        var flags: [String: String] = [:]
        var index = 0
        while index < arguments.count {
            let argument = arguments[index]
            index += 1
            guard argument.hasPrefix("--") else {
                words.append(argument)
                continue
            }
            let parts = argument.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            let setting = Setting.named(name)
            guard name == "config" || setting.map({ !$0.isSecret }) ?? false else {
                throw UsageError("there is no flag --\(name)")
            }
            if let setting, setting.form == nil {
                guard parts.count == 1 else { throw UsageError("--\(name) takes no value") }
                flags[name] = "on"
            } else if parts.count == 2 {
                flags[name] = String(parts[1])
            } else {
                guard index < arguments.count else { throw UsageError("--\(name) needs a value") }
                flags[name] = arguments[index]
                index += 1
            }
        }
        self.flags = flags
        self.environment = environment
        try fill()
    }

    /// What reading the file again has changed.
    struct Renewal: Sendable {
        var values: SettingValues
        /// Names of settings that have another value now.
        var changed: [String] = []
        /// Names of those that have another value in the file, and keep the old one until a restart.
        var waiting: [String] = []
    }

    func readAgain() throws(UsageError) -> Renewal {
        var renewal = Renewal(values: self)
        try renewal.values.fill()
        for setting in Setting.all where renewal.values[setting.name] != self[setting.name] {
            if setting.takesRestart {
                renewal.values.values[setting.name] = self[setting.name]
                renewal.waiting.append(setting.name)
            } else {
                renewal.changed.append(setting.name)
            }
        }
        return renewal
    }

    private mutating func fill() throws(UsageError) {
        let file = try flags["config"].map { path throws(UsageError) in try Self.read(path) } ?? [:]
        for setting in Setting.all {
            let places: [(origin: Origin, value: String?)] = [
                (.flag, flags[setting.name]), (.variable, environment[setting.variable]),
                (.file, file[setting.variable]),
            ]
            let nearest = places.first { $0.value != nil }
            values[setting.name] = nearest?.value ?? setting.standard
            origins[setting.name] = nearest?.origin
        }
    }

    subscript(_ name: String) -> String { values[name] ?? "" }

    func origin(of setting: Setting) -> Origin { origins[setting.name] ?? .standard }

    /// Everything that is not as it would be by itself, as lines of a file of settings; nothing where that is nothing.
    var chosen: [UInt8] {
        let chosen = Setting.all.filter { self[$0.name] != $0.standard && !self[$0.name].contains(where: \.isNewline) }
        return Array(chosen.map { "\($0.variable)=\(self[$0.name])\n" }.joined().utf8)
    }

    /// The path that `--config` gives; empty without it.
    var file: String { flags["config"] ?? "" }

    /// A file of the form of `.env.example`: a line `NAME=value` for each setting, `#` before what is only for people.
    private static func read(_ path: String) throws(UsageError) -> [String: String] {
        guard let file = fopen(path, "re") else {
            throw UsageError("\(path): \(String(cString: strerror(errno)))")
        }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&bytes, 1, bytes.count, file)
        guard count < bytes.count else {
            throw UsageError("\(path): is no file of settings: it has a mebibyte or more")
        }
        let known = Set(Setting.all.map(\.variable))
        var found: [String: String] = [:]
        for (index, line) in String(decoding: bytes[..<count], as: UTF8.self).split(
            omittingEmptySubsequences: false, whereSeparator: \.isNewline
        ).enumerated() {
            let text = line.trimmingSpaces
            if text.isEmpty || text.hasPrefix("#") { continue }
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            // The line itself is not shown: it may hold a secret.
            guard parts.count == 2 else { throw UsageError("\(path):\(index + 1): a line is NAME=value") }
            let name = parts[0].trimmingSpaces
            guard known.contains(name) else {
                throw UsageError("\(path):\(index + 1): there is no setting \(name)")
            }
            found[name] = parts[1].trimmingSpaces
        }
        let secrets = Setting.all.filter { $0.isSecret && !(found[$0.variable] ?? "").isEmpty }
        var status = stat()
        if let secret = secrets.first, fstat(fileno(file), &status) == 0, status.st_mode & 0o077 != 0 {
            throw UsageError("\(path): others may read it, and it has \(secret.variable); chmod 600 it")
        }
        return found
    }
}

/// A command line or a setting that cannot be obeyed, in words for whoever wrote it.
struct UsageError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

extension StringProtocol {
    var trimmingSpaces: String {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" }
        return String(String(drop(while: isSpace)).reversed().drop(while: isSpace).reversed())
    }
}
