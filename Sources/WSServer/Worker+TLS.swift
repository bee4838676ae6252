internal import Base
internal import Reactor
internal import Telemetry
internal import Wire

extension Worker {
    /// Takes encrypted bytes of a connection on which TLS is spoken.
    func receiveEncrypted(_ bytes: UnsafeRawBufferPointer, on connection: Connection) {
        switch connection.phase {
        case .http, .webSocket, .streaming: break
        case .finishing, .lingering: return
        }
        guard let stream = stream(of: connection, beginningWith: bytes) else { return }
        let wasEstablished = stream.isEstablished
        let outcome = stream.receive(bytes, through: plain) { take($0, on: connection) }
        // Answers of the handshake, tickets and alerts.
        if stream.unsentByteCount > 0 { touch(connection) }
        if stream.isEstablished, !wasEstablished {
            connection.deadline = now.adding(milliseconds: limits.httpHeadMillisecondsMax)
            setTimer(of: connection, at: connection.deadline)
        }
        if stream.isEstablished { process(connection) }
        guard isPresent(connection) else { return }
        switch outcome {
        case .open: return
        case .ended: end(connection, saysGoodbye: true)
        case .failed(let why):
            log.debug("TLS failed", ["why": why])
            finish(connection)
            // It can never be encrypted.
            connection.outbound = OutboundQueue()
        }
    }

    /// The connection's TLS, which begins with its first bytes: a peer that says nothing costs no more than without.
    private func stream(of connection: Connection, beginningWith bytes: UnsafeRawBufferPointer) -> TLSStream? {
        if let stream = connection.stream { return stream }
        if TLSStream.isPlainRequest(bytes) {
            connection.isSecure = false
            let violation = HTTPViolation(status: 400, reason: "this address speaks https")
            if let answer = handler?.refusal(of: violation, to: nil, from: connection.client) {
                write(answer, to: connection, method: .get, keepsAlive: false)
            } else {
                remove(connection)
            }
            return nil
        }
        guard let context = certificates, let stream = TLSStream(context) else {
            remove(connection)
            return nil
        }
        connection.stream = stream
        return stream
    }
}
