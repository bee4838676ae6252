internal import Base
internal import Glibc
internal import Reactor

/// What leaves: as it is, or encrypted on its way out. What has not begun to leave stays in the queue as plain frames,
/// so that others can still go before it.
extension Connection {
    /// Bytes that the peer has not taken yet.
    var unsentByteCount: Int {
        guard let stream else { return outbound.count }
        return outbound.count + stream.unsentByteCount
    }

    /// Something is to be sent, and can be.
    var hasUnsent: Bool {
        guard let stream else { return !outbound.isEmpty }
        // The last that leaves is TLS's own goodbye.
        return stream.unsentByteCount > 0 || (stream.canSend && (!outbound.isEmpty || phase == .finishing))
    }

    /// One write of what waits.
    func sendUnsent() -> Socket.Transfer {
        guard let stream else {
            let transfer = outbound.withUnsentBytes { Socket.send($0, to: socket.raw) }
            if case .bytes(let count) = transfer { outbound.consume(count) }
            return transfer
        }
        while stream.canSend, !stream.isFull, !outbound.isEmpty {
            let count = outbound.withUnsentBytes { stream.encrypt($0) }
            guard count > 0 else { return .failed(EPROTO) }
            outbound.consume(count)
        }
        if outbound.isEmpty, phase == .finishing { stream.close() }
        let transfer = stream.withUnsentBytes { Socket.send($0, to: socket.raw) }
        if case .bytes(let count) = transfer { stream.consume(count) }
        return transfer
    }

    /// The connection ends at once: a peer that has had everything is told by TLS that nothing was cut off, if its
    /// socket takes so much.
    func sayGoodbye() {
        guard let stream, stream.canSend, !isBlocked, unsentByteCount == 0, download == nil else { return }
        stream.close()
        _ = stream.withUnsentBytes { Socket.send($0, to: socket.raw) }
    }
}
