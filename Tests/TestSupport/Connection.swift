internal import Base
internal import Glibc

/// Why a client could not go on.
public enum ClientFailure: Error, Equatable, Sendable {
    case system(String, CInt)
    /// The other side has closed the connection.
    case ended
    case deadline
    /// The server did not keep to the protocol, and how.
    case violation(String)
    /// The upgrade was refused with this status.
    case refused(status: Int)
}

/// A blocking TCP connection to 127.0.0.1, with a deadline on every wait.
final class Connection {
    private let descriptor: CInt
    private var received: [UInt8] = []
    private var head = 0

    init(port: UInt16) throws(ClientFailure) {
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .system("socket", errno) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let raw = descriptor
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(raw, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw .system("connect", errno) }
    }

    deinit { close(descriptor) }

    func send(_ bytes: [UInt8]) throws(ClientFailure) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress?.advanced(by: sent), $0.count - sent, CInt(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .system("send", errno) }
            sent += count
        }
    }

    /// Takes exactly so many bytes.
    func take(_ count: Int, until deadline: Instant) throws(ClientFailure) -> ArraySlice<UInt8> {
        try fill(to: count, until: deadline)
        defer { head += count }
        return received[head..<head + count]
    }

    /// Waits until so many bytes are there, and leaves them where they are.
    func fill(to count: Int, until deadline: Instant) throws(ClientFailure) {
        while received.count - head < count { try receiveMore(until: deadline) }
    }

    /// Takes everything up to and with an empty line.
    func takeHead(until deadline: Instant) throws(ClientFailure) -> String {
        var searched = head
        while true {
            while searched + 4 <= received.count {
                if received[searched..<searched + 4].elementsEqual("\r\n\r\n".utf8) {
                    defer { head = searched + 4 }
                    return String(decoding: received[head..<searched], as: UTF8.self)
                }
                searched += 1
            }
            searched -= head
            try receiveMore(until: deadline)
            searched += head
        }
    }

    private func receiveMore(until deadline: Instant) throws(ClientFailure) {
        let left = deadline.milliseconds(since: TimeSource.system.instant())
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let ready = poll(&waiting, 1, CInt(clamping: left))
        if ready == 0 { throw .deadline }
        if ready < 0 {
            if errno == EINTR { return }
            throw .system("poll", errno)
        }
        received.removeSubrange(..<head)
        head = 0
        var part = [UInt8](repeating: 0, count: 1 << 16)
        let count = part.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
        if count < 0, errno == EINTR { return }
        guard count >= 0 else { throw .system("recv", errno) }
        guard count > 0 else { throw .ended }
        received.append(contentsOf: part[..<count])
    }
}
