internal import Base
internal import Glibc
internal import Synchronization

/// Says what happened, one line each on standard error: readable text on a terminal, JSON otherwise. A line is written
/// with one call, so that lines of several threads never mix; when nobody takes them they are dropped.
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

        init(_ level: Level) { self.level = Atomic(level.rawValue) }
    }

    public init(level: Level) {
        threshold = Threshold(level)
        writesText = isatty(STDERR_FILENO) == 1
    }

    /// Writes from now on what is of this level or above, by every copy of this logger.
    public func set(_ level: Level) { threshold.level.store(level.rawValue, ordering: .relaxed) }

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
        guard level.rawValue >= threshold.level.load(ordering: .relaxed), level != .off else { return }
        let now = TimeSource.system.now()
        var line = writesText ? text(level, message, fields, now) : json(level, message, fields, now)
        line.append(UInt8(ascii: "\n"))
        line.withUnsafeBytes { _ = Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    private func text(
        _ level: Level, _ message: String, _ fields: KeyValuePairs<StaticString, String>, _ now: Timestamp
    ) -> [UInt8] {
        var line = "\(now.rfc3339) \(level) \(message)"
        for (name, value) in fields { line += " \(name)=\(value)" }
        // A terminal obeys control characters; what came from a peer must not command it.
        return line.utf8.map { $0 < 0x20 || $0 == 0x7F ? UInt8(ascii: "?") : $0 }
    }

    private func json(
        _ level: Level, _ message: String, _ fields: KeyValuePairs<StaticString, String>, _ now: Timestamp
    ) -> [UInt8] {
        JSONWriter.object { json in
            json.member("ts", now)
            json.member("level", "\(level)")
            json.member("msg", message)
            for (name, value) in fields { json.member(name, value) }
        }
    }
}
