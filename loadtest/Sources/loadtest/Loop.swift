import CEpoll
import Glibc

/// One epoll set and one receive buffer for all connections of the process.
final class Loop {
    struct Ready {
        var index: Int
        var isReadable: Bool
        var isWritable: Bool
    }

    private static let eventsMax = 1_024
    private static let receiveBytesMax = WebSocketClient.messageBytesMax + 524_288

    private let poller: Int32
    private let events = UnsafeMutablePointer<epoll_event>.allocate(capacity: eventsMax)
    /// Lives as long as the process, as the loop does.
    let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: receiveBytesMax)

    init() throws(Failure) {
        poller = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard poller >= 0 else { throw Failure("epoll_create1: \(Failure.words(errno))") }
        buffer.initialize(repeating: 0)
    }

    deinit {
        close(poller)
        events.deallocate()
        buffer.deallocate()
    }

    func add(_ descriptor: Int32, index: Int) throws(Failure) {
        try control(EPOLL_CTL_ADD, descriptor, index: index, wantsWritable: true)
    }

    func watch(
        _ descriptor: Int32, index: Int, wantsReadable: Bool = true, wantsWritable: Bool
    ) throws(Failure) {
        try control(
            EPOLL_CTL_MOD, descriptor, index: index, wantsReadable: wantsReadable, wantsWritable: wantsWritable)
    }

    private func control(
        _ operation: Int32, _ descriptor: Int32, index: Int, wantsReadable: Bool = true, wantsWritable: Bool
    ) throws(Failure) {
        var event = epoll_event()
        event.events = (wantsReadable ? EPOLLIN.rawValue : 0) | (wantsWritable ? EPOLLOUT.rawValue : 0)
        event.data.u64 = UInt64(index)
        guard epoll_ctl(poller, operation, descriptor, &event) == 0 else {
            throw Failure("epoll_ctl: \(Failure.words(errno))")
        }
    }

    /// Waits until a socket is ready or the time has come.
    func wait(until deadline: Nanoseconds, _ body: (Ready) throws(Failure) -> Void) throws(Failure) {
        let now = Clock.now
        let nanoseconds = deadline > now ? min(deadline - now, 1_000_000_000) : 0
        let count = loadtest_wait(poller, events, Int32(Self.eventsMax), nanoseconds)
        guard count > 0 else {
            guard count == 0 || errno == EINTR else { throw Failure("epoll_wait: \(Failure.words(errno))") }
            return
        }
        for place in 0..<Int(count) {
            let event = events[place]
            try body(
                Ready(
                    index: Int(event.data.u64),
                    isReadable: event.events & ~EPOLLOUT.rawValue != 0,
                    isWritable: event.events & EPOLLOUT.rawValue != 0))
        }
    }
}

/// The test cannot go on.
struct Failure: Error {
    var what: String

    init(_ what: String) { self.what = what }

    static func words(_ error: Int32) -> String { String(cString: strerror(error)) }
}
