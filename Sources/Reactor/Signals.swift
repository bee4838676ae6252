internal import CLinux
internal import Glibc

/// The process's signals as something to wait for.
public struct Signals: ~Copyable, Sendable {
    public enum Signal: Sendable { case terminate, reload }

    private let descriptor: Descriptor

    /// Keeps SIGTERM, SIGINT, SIGHUP and SIGPIPE from ending the process. To be made before any thread is started,
    /// because threads inherit it, and before anybody can connect: a stranger who uses up the descriptors must not keep
    /// the operator from being heard.
    public init() throws(SystemError) {
        confab_block_signals()
        let raw = confab_open_signals()
        guard raw >= 0 else { throw SystemError("signalfd") }
        descriptor = Descriptor(raw)
    }

    /// Waits for the next SIGTERM or SIGINT (`terminate`) or SIGHUP (`reload`).
    /// - Parameter other: a descriptor whose readability ends the waiting too; then there is no signal.
    public func next(unless other: CInt? = nil) -> Signal? {
        while true {
            // poll(2) passes by a negative descriptor.
            var waiting = [
                pollfd(fd: descriptor.raw, events: Int16(POLLIN), revents: 0),
                pollfd(fd: other ?? -1, events: Int16(POLLIN), revents: 0),
            ]
            _ = poll(&waiting, 2, -1)
            if waiting[0].revents == 0, waiting[1].revents != 0 { return nil }
            switch confab_read_signal(descriptor.raw) {
            case SIGTERM, SIGINT: return .terminate
            case SIGHUP: return .reload
            default: continue
            }
        }
    }
}
