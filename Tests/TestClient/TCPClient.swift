internal import Glibc

/// A blocking connection to a server on this machine, of which nothing is shared with the server under test, so that a
/// fault cannot hide on both sides. Every wait ends, with an error when nothing has happened for too long.
public final class TCPClient {
    public struct Failure: Error, CustomStringConvertible {
        public let description: String

        public init(_ description: String) { self.description = description }
    }

    private let socket: CInt
    private var received: [UInt8] = []
    private var head = 0

    /// - Parameters:
    ///   - host: the last byte of the address of this machine, 127.0.0.x, from which to connect.
    ///   - receiveBufferBytes: what the kernel keeps of bytes that are not read; small for one who does not read.
    ///   - patienceSeconds: how long to wait for a byte, or for room for one.
    public init(port: UInt16, from host: UInt8 = 1, receiveBufferBytes: Int? = nil, patienceSeconds: Int = 60) throws {
        socket = Glibc.socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { throw Failure("socket: errno \(errno)") }
        if let receiveBufferBytes { set(SOL_SOCKET, SO_RCVBUF, CInt(receiveBufferBytes)) }
        set(CInt(IPPROTO_TCP), TCP_NODELAY, 1)
        waitAtMost(seconds: patienceSeconds)
        if host != 1 { _ = Self.with(host, port: 0) { bind(socket, $0, $1) } }
        let status = Self.with(1, port: port) { connect(socket, $0, $1) }
        guard status == 0 else { throw Failure("connect: errno \(errno)") }
    }

    deinit { close(socket) }

    private static func with(
        _ host: UInt8, port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt
    ) -> CInt {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = (in_addr_t(0x7F00_0000) | in_addr_t(host)).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    public func waitAtMost(seconds: Int) {
        var limit = timeval(tv_sec: seconds, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(socket, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
    }

    private func set(_ level: CInt, _ option: CInt, _ value: CInt) {
        var value = value
        setsockopt(socket, level, option, &value, socklen_t(MemoryLayout<CInt>.size))
    }

    // MARK: Sending

    /// How many of the bytes the peer took before it took no more, or went.
    public func offer(_ bytes: [UInt8]) -> Int {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { all in
                Glibc.send(socket, all.baseAddress?.advanced(by: sent), all.count - sent, CInt(MSG_NOSIGNAL))
            }
            guard count > 0 else { break }
            sent += count
        }
        return sent
    }

    public func send(_ bytes: [UInt8]) throws {
        guard offer(bytes) == bytes.count else { throw Failure("the peer takes no more: errno \(errno)") }
    }

    public func send(_ text: String) throws { try send(Array(text.utf8)) }

    /// Cuts the connection: what is on its way is thrown away, and the peer is told of an error.
    public func reset() {
        var lingering = linger(l_onoff: 1, l_linger: 0)
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &lingering, socklen_t(MemoryLayout<linger>.size))
        // The descriptor stays ours until the end; only its connection goes.
        let other = Glibc.socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        dup2(other, socket)
        close(other)
    }

    /// Tells the peer that nothing more will come; what it says is still read.
    public func finishSending() { shutdown(socket, CInt(SHUT_WR)) }

    // MARK: Receiving

    /// Bytes that have been received and not looked at.
    public var buffered: ArraySlice<UInt8> { received[head...] }

    /// Receives once; false when the peer has ended the connection, in whatever way.
    public func receiveMore() throws -> Bool {
        if head > 1 << 20 {
            received.removeSubrange(..<head)
            head = 0
        }
        let count = withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: 16) { part in
            let count = recv(socket, part.baseAddress, part.count, 0)
            if count > 0 { received.append(contentsOf: part[..<count]) }
            return count
        }
        if count > 0 { return true }
        if count == 0 || errno == ECONNRESET || errno == EPIPE { return false }
        throw Failure(errno == EAGAIN ? "waited too long" : "recv: errno \(errno)")
    }

    /// Takes exactly so many bytes out; `nil` when the peer ends the connection before.
    public func read(_ count: Int) throws -> [UInt8]? {
        while buffered.count < count {
            guard try receiveMore() else { return nil }
        }
        let bytes = Array(buffered.prefix(count))
        head += count
        return bytes
    }

    /// Everything until the peer ends the connection.
    public func readToEnd() throws -> [UInt8] {
        while try receiveMore() {}
        return try read(buffered.count) ?? []
    }
}
