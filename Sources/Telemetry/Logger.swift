internal import Base
internal import Glibc
internal import Synchronization

/// Says what happened, one line each on standard error: readable text on a terminal, JSON otherwise. A line is written
/// with one call, so that lines of several threads never mix. Nobody ever waits for whoever reads them: when nobody
/// takes them they are dropped, and the next one that is taken follows one that says how many.
public struct Logger: Sendable {
    public enum Level: Int, Sendable, Comparable, CaseIterable {
        case debug, info, warning, error, off

        public init?(name: String) {
            guard let level = Level.allCases.first(where: { "\($0)" == name }) else { return nil }
            self = level
        }

        public static func < (one: Level, other: Level) -> Bool { one.rawValue < other.rawValue }
    }

    /// The least level that is written, for all copies of this logger.
    private let threshold: Threshold
    private let writesText: Bool

    private final class Threshold: Sendable {
        let level: Atomic<Int>
        /// Of each level.
        let lineCounts = SharedCounters()

        init(_ level: Level) { self.level = Atomic(level.rawValue) }
    }

    public init(level: Level) {
        threshold = Threshold(level)
        writesText = isatty(STDERR_FILENO) == 1
    }

    /// Writes from now on what is of this level or above, by every copy of this logger.
    public func set(_ level: Level) { threshold.level.store(level.rawValue, ordering: .relaxed) }

    /// Lines of this level that there have been, also those that were not to be written.
    public func lineCount(of level: Level) -> Int { threshold.lineCounts.reading(at: level.rawValue) }

    public func debug(_ message: String, _ fields: KeyValuePairs<StaticString, String> = [:]) {
        write(.debug, message, fields)
    }

    public func info(_ message: String, _ fields: KeyValuePairs<StaticString, String> = [:]) {
        write(.info, message, fields)
    }

    public func warning(_ message: String, _ fields: KeyValuePairs<StaticString, String> = [:]) {
        write(.warning, message, fields)
    }

    public func error(_ message: String, _ fields: KeyValuePairs<StaticString, String> = [:]) {
        write(.error, message, fields)
    }

    private func write(_ level: Level, _ message: String, _ fields: KeyValuePairs<StaticString, String>) {
        threshold.lineCounts.add(at: level.rawValue)
        guard level.rawValue >= threshold.level.load(ordering: .relaxed), level != .off else { return }
        let now = TimeSource.system.now()
        let line = line(level, message, fields, now)
        // One at a time: the room that one thread has seen must not be used up by another. What is held here waits for
        // a disk at most, as every writer of a file does.
        Self.droppedCount.withLock { dropped in
            if dropped > 0, put(self.line(.warning, "log lines were dropped", ["count": "\(dropped)"], now)) {
                dropped = 0
            }
            if dropped > 0 || !put(line) { dropped += 1 }
        }
    }

    /// Lines that nobody took since the last one that was taken.
    private static let droppedCount = Guarded(0)
    /// What a pipe takes without waiting when it says that it takes anything (PIPE_BUF).
    private static var lineBytesMax: Int { 4_096 }

    /// Whether standard error took the line; one that would have to wait is refused.
    private func put(_ line: [UInt8]) -> Bool {
        var waiting = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
        guard poll(&waiting, 1, 0) == 1, waiting.revents & Int16(POLLOUT) != 0 else { return false }
        return line.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) == $0.count }
    }

    /// One line. What would be too long keeps the beginnings of its values: cut anywhere, it would be no JSON.
    private func line(
        _ level: Level, _ message: String, _ fields: KeyValuePairs<StaticString, String>, _ now: Timestamp
    ) -> [UInt8] {
        var line: [UInt8] = []
        for byteCount in [Int.max, 512, 64] {
            let fields = fields.map { (name: $0.key, value: Self.beginning(of: $0.value, byteCount)) }
            line = writesText ? text(level, message, fields, now) : json(level, message, fields, now)
            if line.count < Self.lineBytesMax { break }
        }
        return line.prefix(Self.lineBytesMax - 1) + [UInt8(ascii: "\n")]
    }

    private static func beginning(of value: String, _ byteCount: Int) -> String {
        guard value.utf8.count > byteCount else { return value }
        return String(decoding: value.utf8.prefix(byteCount), as: UTF8.self) + "..."
    }

    private func text(
        _ level: Level, _ message: String, _ fields: [(name: StaticString, value: String)], _ now: Timestamp
    ) -> [UInt8] {
        var line = "\(now.rfc3339) \(level) \(message)"
        for (name, value) in fields { line += " \(name)=\(value)" }
        // A terminal obeys control characters; what came from a peer must not command it.
        return line.utf8.map { $0 < 0x20 || $0 == 0x7F ? UInt8(ascii: "?") : $0 }
    }

    private func json(
        _ level: Level, _ message: String, _ fields: [(name: StaticString, value: String)], _ now: Timestamp
    ) -> [UInt8] {
        JSONWriter.object { json in
            json.member("ts", now)
            json.member("level", "\(level)")
            json.member("msg", message)
            for (name, value) in fields { json.member(name, value) }
        }
    }
}
