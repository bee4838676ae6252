internal import Glibc

/// What the kernel knows of this process (proc(5)), under the names that Prometheus' own libraries give it.
public struct ProcessNumbers: Sendable {
    /// Seconds of a processor, for the program and for what the kernel did for it.
    public var cpuSeconds = 0.0
    public var residentByteCount = 0
    public var virtualByteCount = 0
    public var openFileCount = 0
    public var openFileMax = 0
    public var threadCount = 0
    /// When it began, in seconds since 1970.
    public var startedAt = 0.0

    public init() {
        // Behind the name, which stands in parentheses and may hold anything; the first is field 3.
        let fields = Self.text(of: "/proc/self/stat").split(separator: ")").last?.split(separator: " ") ?? []
        func field(_ number: Int) -> Int { fields.count > number - 3 ? Int(fields[number - 3]) ?? 0 : 0 }
        let ticks = Double(max(1, sysconf(CInt(_SC_CLK_TCK))))
        cpuSeconds = Double(field(14) + field(15)) / ticks
        threadCount = field(20)
        virtualByteCount = field(23)
        residentByteCount = field(24) * max(1, sysconf(CInt(_SC_PAGESIZE)))
        let boot = Self.text(of: "/proc/stat").split(separator: "\n").first { $0.hasPrefix("btime ") }
        if let seconds = boot?.split(separator: " ").last.flatMap({ Double($0) }) {
            startedAt = seconds + Double(field(22)) / ticks
        }
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            openFileMax = Int(clamping: limit.rlim_cur)
        }
        openFileCount = Self.countEntries(of: "/proc/self/fd")
    }

    public var families: [MetricFamily] {
        var cpu = MetricFamily("process_cpu_seconds_total", .counter, "Processor time of the server, in seconds.")
        cpu.add(cpuSeconds)
        return [
            cpu,
            .gauge("process_resident_memory_bytes", "Memory that the server has, in bytes.", residentByteCount),
            .gauge("process_virtual_memory_bytes", "Address space of the server, in bytes.", virtualByteCount),
            .gauge("process_open_fds", "File descriptors that are open.", openFileCount),
            .gauge("process_max_fds", "File descriptors that may be open.", openFileMax),
            .gauge("process_threads", "Threads of the server.", threadCount),
            .gauge("process_start_time_seconds", "When the server started, in seconds since 1970.", startedAt),
        ]
    }

    private static func text(of path: String) -> String {
        guard let file = fopen(path, "re") else { return "" }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self)
    }

    private static func countEntries(of path: String) -> Int {
        guard let directory = opendir(path) else { return 0 }
        defer { closedir(directory) }
        var count = 0
        while let entry = readdir(directory) {
            // The two names of directories.
            if UInt8(bitPattern: entry.pointee.d_name.0) != UInt8(ascii: ".") { count += 1 }
        }
        // And the one that this is read by.
        return max(0, count - 1)
    }
}
