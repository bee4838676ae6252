import Base
import Glibc
import Reactor

/// A server on loopback that does to each connection what its test says, on a thread of its own.
final class ScriptedServer: Sendable {
    /// One connection, whose every call waits for the other side.
    struct Peer {
        fileprivate let descriptor: CInt

        /// What comes, up to and with `end`; less when the other side has ended.
        func read(until end: String = "\r\n") -> String {
            var bytes: [UInt8] = [], byte: UInt8 = 0
            while !bytes.reversed().starts(with: end.utf8.reversed()), Glibc.read(descriptor, &byte, 1) == 1 {
                bytes.append(byte)
            }
            return String(decoding: bytes, as: UTF8.self)
        }

        func read(count: Int) -> String {
            let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, length in
                length = count > 0 ? max(0, recv(descriptor, buffer.baseAddress, count, CInt(MSG_WAITALL))) : 0
            }
            return String(decoding: bytes, as: UTF8.self)
        }

        /// False when the other side has gone.
        @discardableResult
        func write(_ text: String) -> Bool {
            let bytes = Array(text.utf8)
            return send(descriptor, bytes, bytes.count, CInt(MSG_NOSIGNAL)) == bytes.count
        }

        /// A request of HTTP, head and body.
        func readRequest() -> (head: String, body: String) {
            let head = read(until: "\r\n\r\n")
            let length = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
                .flatMap { Int($0.split(separator: " ").last ?? "") }
            return (head, read(count: length ?? 0))
        }
    }

    let port: UInt16
    private let listener: CInt
    /// How many connections there were.
    let count = Guarded(0)

    init(_ serve: @escaping @Sendable (Peer) -> Void) {
        listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let port = withUnsafeMutablePointer(to: &address) { [listener] pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                precondition(bind(listener, pointer, length) == 0 && listen(listener, 256) == 0)
                getsockname(listener, pointer, &length)
                return pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                    UInt16(bigEndian: $0.pointee.sin_port)
                }
            }
        }
        self.port = port
        _ = Thread(named: "scripted") { [listener, count] in
            while case let descriptor = accept(listener, nil, nil), descriptor >= 0 {
                count.withLock { $0 += 1 }
                _ = Thread(named: "scripted-peer") {
                    serve(Peer(descriptor: descriptor))
                    close(descriptor)
                }
            }
        }
    }

    deinit {
        shutdown(listener, CInt(SHUT_RDWR))
        close(listener)
    }
}

/// Texts that come from several threads.
final class Heard: Sendable {
    private let lines = Guarded<[String]>([])

    func note(_ line: String) { lines.withLock { $0.append(line) } }

    var all: [String] { lines.withLock { $0 } }
}
