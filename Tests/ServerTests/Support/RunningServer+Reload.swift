import Glibc
import TestSupport

extension RunningServer {
    /// Has it read other settings, and waits until it has said so.
    func reload(_ settings: String, until words: String = "read again") throws {
        let before = log.count
        Files.write(settings, to: config)
        try ask(to: SIGHUP)
        for _ in 0..<200 {
            if log.dropFirst(before).split(separator: "\n").contains(where: { $0.contains(words) }) { return }
            usleep(50_000)
        }
        throw Program.Failure(description: "it did not say \(words): \(log)")
    }
}
