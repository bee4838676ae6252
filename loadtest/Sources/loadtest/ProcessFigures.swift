import CEpoll
import Glibc

/// What the kernel says of a process: CPU time and resident memory.
enum ProcessFigures {
    static var ownCPU: Nanoseconds { loadtest_own_cpu_ns() }

    /// utime + stime of /proc/PID/stat, in steps of a clock tick (10 ms as a rule); `nil` when there is no such
    /// process.
    static func cpu(ofProcess process: Int) -> Nanoseconds? {
        guard let stat = contents(of: "/proc/\(process)/stat"),
            // The command's name may hold anything, a parenthesis too; the numbers follow the last one.
            let nameEnd = stat.lastIndex(of: ")")
        else { return nil }
        let fields = stat[stat.index(after: nameEnd)...].split(separator: " ")
        guard fields.count > 12, let user = UInt64(fields[11]), let system = UInt64(fields[12]) else { return nil }
        return (user + system) * (1_000_000_000 / UInt64(sysconf(Int32(_SC_CLK_TCK))))
    }

    /// VmRSS of /proc/PID/status.
    static func residentBytes(ofProcess process: Int) -> Int? {
        guard let status = contents(of: "/proc/\(process)/status") else { return nil }
        for line in status.split(separator: "\n") where line.hasPrefix("VmRSS:") {
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
            return words.count > 1 ? Int(words[1]).map { $0 * 1024 } : nil
        }
        return nil
    }

    private static func contents(of path: String) -> String? {
        File.read(path).map { String(decoding: $0, as: UTF8.self) }
    }
}
