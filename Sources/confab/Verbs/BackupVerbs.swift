internal import Base
internal import Glibc
internal import Persistence
internal import REST

/// `confab backup OUT`, `confab restore FILE` and `confab verify FILE|DIR`.
enum BackupVerbs {
    /// Everything at one instant in one file, made by the running server or, where none runs, here.
    static func backup(_ values: SettingValues) async throws {
        guard values.words.count == 1 else { throw UsageError("usage: confab backup OUT [--data DIR]") }
        let data = values["data"]
        // Opening a directory would make it.
        guard access(data + "/confab.db", F_OK) == 0 else { throw UsageError("\(data) has no data") }
        let path = absolute(values.words[0])
        try await OperatorDoor.open(values) { post in
            let made = try await post("/operator/backup", JSONWriter.object { $0.member("path", path) })
            Output.line("\(path): \(made["size"]?.integer ?? 0) bytes")
            let faults = (made["faults"]?.elements ?? []).compactMap(\.string)
            for fault in faults { Output.complaint(fault) }
            guard faults.isEmpty else {
                Output.complaint("what is named above was damaged before; the backup has all the rest")
                throw ToldFailure()
            }
        }
    }

    /// Into an empty directory only.
    static func restore(_ values: SettingValues) throws {
        guard values.words.count == 1 else { throw UsageError("usage: confab restore FILE [--data DIR]") }
        let data = try DataDirectory(path: values["data"])
        let madeAt = try Restoring.restore(values.words[0], into: data)
        Output.line("\(data.path) has everything as it was at \(madeAt.rfc3339)")
        if access(data.path + "/settings.env", F_OK) == 0 {
            Output.line("the settings of that time are in \(data.path)/settings.env; give them by --config")
        }
    }

    /// A backup, or the data directory of a stopped server; exits 1 when anything is wrong with it.
    static func verify(_ values: SettingValues) throws {
        guard values.words.count == 1 else { throw UsageError("usage: confab verify FILE|DIR") }
        let path = values.words[0]
        var status = stat()
        guard stat(path, &status) == 0 else { throw UsageError("\(path): \(String(cString: strerror(errno)))") }
        let found: Verification
        if status.st_mode & S_IFMT == S_IFDIR {
            guard access(path + "/confab.db", F_OK) == 0 else { throw UsageError("\(path) has no data") }
            found = try Verification.directory(try DataDirectory(path: path))
        } else {
            found = try Verification.backup(path)
        }
        for line in found.lines { Output.line(line) }
        for fault in found.faults { Output.complaint(fault) }
        guard found.isSound else { throw ToldFailure() }
        Output.line("nothing is wrong")
    }

    private static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let current = getcwd(nil, 0) else { return path }
        defer { free(current) }
        return String(cString: current) + "/" + path
    }
}
