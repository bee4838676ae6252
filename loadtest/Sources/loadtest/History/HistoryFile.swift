import Glibc

/// The lines of a history on their way into a file, behind what is there.
final class HistoryFile {
    private let descriptor: Int32
    private var waiting = ""
    private(set) var hasFailed = false

    private static let waitingBytesMax = 65_536

    init(path: String) throws(Failure) {
        descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Failure("\(path): \(Failure.words(errno))") }
    }

    deinit {
        flush()
        close(descriptor)
    }

    func write(_ entry: HistoryEntry) {
        waiting += entry.line
        if waiting.utf8.count >= Self.waitingBytesMax { flush() }
    }

    func flush() {
        if !waiting.isEmpty, !File.write(waiting, to: descriptor) { hasFailed = true }
        waiting = ""
    }
}
