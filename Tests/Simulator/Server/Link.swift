import Base
import WSServer

/// One connection between a client and an event loop. What is said waits at each end until its turn comes.
final class Link {
    let id: ConnectionID
    let loop: Int
    /// Frames on their way to the server.
    var rising: [Said] = []
    /// What the server has queued, what the kernel has taken of it, and what of that the client has not understood yet.
    var outbound = OutboundQueue()
    var kernel: [UInt8] = []
    var falling: [UInt8] = []

    /// The handler knows it.
    var isOpen = true
    /// The server has said all it will say, and what is queued still leaves.
    var isFinishing = false
    var isPaused = false
    var tellsWhenDrained = false
    /// The kernel had no room for something.
    private var hadToWait = false
    var receivedAt: Instant
    var sentAt: Instant
    var takenAt: Instant
    var dueAt: Instant

    /// The client is gone, and the server will hear of it.
    var isCut = false
    /// The client is gone without a word: nothing is taken any more.
    var isHalfOpen = false

    /// So much the kernel takes for a client that does not read.
    private let kernelBytesMax: Int

    struct Said {
        /// When it was said, of all that was said on any connection.
        var order: Int
        var frame: [UInt8]
    }

    init(_ id: ConnectionID, loop: Int, kernelBytesMax: Int, at now: Instant) {
        self.kernelBytesMax = kernelBytesMax
        self.id = id
        self.loop = loop
        outbound.beginFrames()
        (receivedAt, sentAt, takenAt) = (now, now, now)
        dueAt = now.adding(milliseconds: 1_000)
    }

    var activity: Activity {
        Activity(receivedAt: receivedAt, sentAt: sentAt, takenAt: takenAt, queuedByteCount: outbound.count)
    }

    /// Lets the kernel take what it has room for.
    func flush(at now: Instant) {
        let count = min(outbound.count, max(0, kernelBytesMax - kernel.count))
        if count > 0 {
            outbound.withUnsentBytes { kernel.append(contentsOf: $0[..<count]) }
            outbound.consume(count)
            sentAt = now
            if hadToWait { takenAt = now }
        }
        hadToWait = !outbound.isEmpty
        if outbound.isEmpty { sentAt = now }
    }

    /// The next whole frame that the client has received.
    func nextFrame() -> (opcode: UInt8, payload: [UInt8])? {
        guard falling.count >= 2 else { return nil }
        let head: Int, length: Int
        switch falling[1] {
        case 126:
            guard falling.count >= 4 else { return nil }
            (head, length) = (4, Int(falling[2]) << 8 | Int(falling[3]))
        case 127:
            guard falling.count >= 10 else { return nil }
            (head, length) = (10, falling[2..<10].reduce(0) { $0 << 8 | Int($1) })
        case let short: (head, length) = (2, Int(short))
        }
        guard falling.count >= head + length else { return nil }
        defer { falling.removeFirst(head + length) }
        return (falling[0] & 0x0F, Array(falling[head..<head + length]))
    }
}
