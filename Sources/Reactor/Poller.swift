internal import CLinux
internal import Glibc

/// Waits for descriptors to become ready (epoll, level-triggered). Belongs to one thread.
public final class Poller {
    public struct Interest: OptionSet, Sendable {
        public let rawValue: UInt32
        public init(rawValue: UInt32) { self.rawValue = rawValue }

        public static let read = Interest(rawValue: EPOLLIN.rawValue)
        public static let write = Interest(rawValue: EPOLLOUT.rawValue)
        /// The peer has shut down its sending side, or the connection is gone. The latter is always told.
        public static let hangUp = Interest(rawValue: EPOLLRDHUP.rawValue)
    }

    public struct Ready: Sendable {
        /// What was given with the descriptor.
        public let token: UInt64
        public let canRead: Bool
        public let canWrite: Bool
        public let hasFailed: Bool
    }

    private let descriptor: Descriptor
    private var events: [epoll_event]

    /// `batch` bounds how many descriptors one `wait` tells of.
    public init(batch: Int = 512) throws(SystemError) {
        let raw = epoll_create1(CInt(EPOLL_CLOEXEC))
        guard raw >= 0 else { throw SystemError("epoll_create1") }
        descriptor = Descriptor(raw)
        events = Array(repeating: epoll_event(), count: batch)
    }

    public func add(_ target: CInt, _ interest: Interest, token: UInt64) throws(SystemError) {
        try control(EPOLL_CTL_ADD, target, interest, token)
    }

    public func change(_ target: CInt, _ interest: Interest, token: UInt64) throws(SystemError) {
        try control(EPOLL_CTL_MOD, target, interest, token)
    }

    public func remove(_ target: CInt) { _ = epoll_ctl(descriptor.raw, EPOLL_CTL_DEL, target, nil) }

    /// Calls `body` for each ready descriptor; waits at most `milliseconds` (-1: until one is ready).
    public func wait(milliseconds: CInt, _ body: (Ready) -> Void) throws(SystemError) {
        let count = events.withUnsafeMutableBufferPointer {
            epoll_wait(descriptor.raw, $0.baseAddress, CInt($0.count), milliseconds)
        }
        guard count >= 0 else {
            if errno == EINTR { return }
            throw SystemError("epoll_wait")
        }
        for index in 0..<Int(count) {
            let event = events[index]
            let failed = event.events & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0
            body(
                Ready(
                    token: event.data.u64,
                    canRead: event.events & (EPOLLIN.rawValue | EPOLLRDHUP.rawValue) != 0 || failed,
                    canWrite: event.events & EPOLLOUT.rawValue != 0, hasFailed: failed))
        }
    }

    private func control(
        _ operation: CInt, _ target: CInt, _ interest: Interest, _ token: UInt64
    ) throws(SystemError) {
        var event = epoll_event()
        event.events = interest.rawValue
        event.data.u64 = token
        guard epoll_ctl(descriptor.raw, operation, target, &event) == 0 else { throw SystemError("epoll_ctl") }
    }
}
