/// What a result must say of the machine that it was measured on.
enum Machine {
    static var facts: [(key: String, value: String)] {
        let lines = text(of: "/proc/cpuinfo").split(separator: "\n")
        let models = lines.filter { $0.hasPrefix("model name") }
        let model = models.first.flatMap { $0.split(separator: ":", maxSplits: 1).last } ?? "unknown"
        let memory = text(of: "/proc/meminfo").split(separator: "\n").first { $0.hasPrefix("MemTotal:") }
        let kibibytes = memory?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return [
            ("processor", ScenarioFile.trimmed(model)), ("cores", "\(models.count)"),
            ("memory_mib", "\(kibibytes / 1_024)"),
            ("kernel", ScenarioFile.trimmed(Substring(text(of: "/proc/sys/kernel/osrelease").filter { $0 != "\n" }))),
        ]
    }

    private static func text(of path: String) -> String {
        File.read(path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
