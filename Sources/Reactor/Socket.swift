public import Base
internal import CLinux
internal import Glibc

/// The socket calls, each with its errors as values.
public enum Socket: Sendable {
    /// Connections that the kernel keeps until they are accepted.
    private static let backlog: CInt = 4_096
    /// Bytes that the kernel takes for a peer before it has room to send them. Without this bound it takes megabytes,
    /// and whether a slow peer still takes anything shows only when a third of them are gone.
    private static let unsentByteCountMax: CInt = 128 << 10

    /// What reading or writing came to.
    public enum Transfer: Equatable, Sendable {
        case bytes(Int)
        /// Nothing now; wait until the descriptor is ready.
        case wouldBlock
        /// The peer will send no more.
        case end
        case failed(CInt)
    }

    /// Opens a listening socket, non-blocking. Several loops may each open one on the same port: the kernel shares the
    /// connections out among them. A port on which another process listens is refused all the same.
    public static func listen(on address: ListenAddress) throws(SystemError) -> Descriptor {
        switch address {
        case .internet(let host, let port):
            return try listen(host: host, port: port, isShared: true)
        case .unix(let path):
            return try listen(path: path)
        }
    }

    /// Fails when somebody listens on the address. SO_REUSEPORT alone would silently share the port with another
    /// process.
    public static func probe(_ address: ListenAddress) throws(SystemError) {
        guard case .internet(let host, let port) = address, port != 0 else { return }
        _ = try listen(host: host, port: port, isShared: false)
    }

    /// The port that a listening socket was given.
    public static func localPort(of socket: borrowing Descriptor) throws(SystemError) -> UInt16 {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let raw = socket.raw
        let status = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(raw, $0, &length) }
        }
        guard status == 0 else { throw SystemError("getsockname") }
        return withUnsafeBytes(of: storage) { bytes in
            // Port and family stand in the same place for IPv4 and IPv6.
            UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
        }
    }

    /// A new connection and where it comes from.
    public struct Accepted: ~Copyable {
        private let socket: Descriptor
        /// `nil` where the peer has no IP address.
        public let address: IPAddress?

        fileprivate init(_ socket: consuming Descriptor, from address: IPAddress?) {
            self.socket = socket
            self.address = address
        }

        public consuming func takeSocket() -> Descriptor { socket }
    }

    /// The next connection, non-blocking; `nil` when none waits.
    public static func accept(from listener: CInt) throws(SystemError) -> Accepted? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let raw = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { confab_accept(listener, $0, &length) }
        }
        guard raw >= 0 else {
            switch errno {
            case EAGAIN, EINTR, ECONNABORTED: return nil
            default: throw SystemError("accept4")
            }
        }
        // Frames leave in one write per turn already; waiting for more would only delay them. A Unix socket has no such
        // option, and no such delay.
        var one: CInt = 1
        setsockopt(raw, CInt(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<CInt>.size))
        var unsent = unsentByteCountMax
        setsockopt(raw, CInt(IPPROTO_TCP), confab_tcp_notsent_lowat, &unsent, socklen_t(MemoryLayout<CInt>.size))
        return Accepted(Descriptor(raw), from: address(in: storage))
    }

    private static func address(in storage: sockaddr_storage) -> IPAddress? {
        withUnsafeBytes(of: storage) { bytes in
            switch CInt(storage.ss_family) {
            case AF_INET: IPAddress(bytes: bytes[4..<8])
            case AF_INET6: IPAddress(bytes: bytes[8..<24])
            default: nil
            }
        }
    }

    public static func receive(from socket: CInt, into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
        transferred(recv(socket, buffer.baseAddress, buffer.count, 0))
    }

    public static func send(_ bytes: UnsafeRawBufferPointer, to socket: CInt) -> Transfer {
        let count = Glibc.send(socket, bytes.baseAddress, bytes.count, CInt(MSG_NOSIGNAL))
        return count == 0 ? .wouldBlock : transferred(count)
    }

    /// How long a peer may leave unconfirmed what it was sent; then the connection fails. Without this the kernel goes
    /// on trying for a quarter of an hour.
    public static func setPatience(milliseconds: Int, of socket: CInt) {
        var limit = CUnsignedInt(clamping: milliseconds)
        setsockopt(
            socket, CInt(IPPROTO_TCP), TCP_USER_TIMEOUT, &limit, socklen_t(MemoryLayout<CUnsignedInt>.size))
    }

    /// Tells the peer that nothing more will come.
    public static func shutDownSending(_ socket: CInt) { shutdown(socket, CInt(SHUT_WR)) }

    private static func transferred(_ count: Int) -> Transfer {
        if count > 0 { return .bytes(count) }
        if count == 0 { return .end }
        switch errno {
        case EAGAIN, EINTR: return .wouldBlock
        case let code: return .failed(code)
        }
    }

    private static func listen(host: String, port: UInt16, isShared: Bool) throws(SystemError) -> Descriptor {
        var hints = addrinfo()
        hints.ai_flags = AI_PASSIVE | (host == "localhost" ? 0 : AI_NUMERICHOST)
        hints.ai_family = host == "localhost" ? AF_INET : AF_UNSPEC
        hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &found) == 0, let first = found else {
            throw SystemError("getaddrinfo", code: EINVAL)
        }
        defer { freeaddrinfo(found) }
        let socket = try open(first.pointee.ai_family)
        set(socket, SO_REUSEADDR)
        if isShared { set(socket, SO_REUSEPORT) }
        guard bind(socket.raw, first.pointee.ai_addr, first.pointee.ai_addrlen) == 0 else { throw SystemError("bind") }
        guard Glibc.listen(socket.raw, backlog) == 0 else { throw SystemError("listen") }
        return socket
    }

    private static func listen(path: String) throws(SystemError) -> Descriptor {
        let socket = try open(AF_UNIX)
        unlink(path)
        guard try withUnixAddress(path, { bind(socket.raw, $0, $1) }) == 0 else { throw SystemError("bind") }
        guard chmod(path, 0o600) == 0 else { throw SystemError("chmod") }
        guard Glibc.listen(socket.raw, backlog) == 0 else { throw SystemError("listen") }
        return socket
    }

    /// Connects to a Unix socket, blocking: for the command line talking to a running server.
    public static func connect(path: String) throws(SystemError) -> Descriptor {
        let raw = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard raw >= 0 else { throw SystemError("socket") }
        let descriptor = Descriptor(raw)
        guard try withUnixAddress(path, { Glibc.connect(raw, $0, $1) }) == 0 else { throw SystemError("connect") }
        return descriptor
    }

    /// Lends the address of a path. One that is too long for an address is reached through its directory's descriptor.
    private static func withUnixAddress(
        _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt
    ) throws(SystemError) -> CInt {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        // One byte stays for the NUL at the end.
        let byteCountMax = MemoryLayout.size(ofValue: address.sun_path) - 1
        guard path.utf8.count > byteCountMax else { return lend(path, in: &address, body) }
        guard let slash = path.lastIndex(of: "/") else { throw SystemError("bind", code: ENAMETOOLONG) }
        let directory = Descriptor(Glibc.open(String(path[..<slash]), O_RDONLY | O_DIRECTORY | O_CLOEXEC))
        guard directory.raw >= 0 else { throw SystemError("open") }
        let short = "/proc/self/fd/\(directory.raw)\(path[slash...])"
        guard short.utf8.count <= byteCountMax else { throw SystemError("bind", code: ENAMETOOLONG) }
        return lend(short, in: &address, body)
    }

    private static func lend(
        _ path: String, in address: inout sockaddr_un, _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt
    ) -> CInt {
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        return withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    private static func open(_ family: CInt) throws(SystemError) -> Descriptor {
        let kind = CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let raw = socket(family, kind, 0)
        guard raw >= 0 else { throw SystemError("socket") }
        return Descriptor(raw)
    }

    private static func set(_ socket: borrowing Descriptor, _ option: CInt) {
        var one: CInt = 1
        setsockopt(socket.raw, SOL_SOCKET, option, &one, socklen_t(MemoryLayout<CInt>.size))
    }
}
