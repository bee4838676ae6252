internal import Base
internal import Reactor
internal import Telemetry
internal import Wire

/// Answers that are sent piece by piece, for as long as there is something to say.
extension Worker {
    func beginStream(_ id: ConnectionID, with response: HTTPResponse, framing: StreamFraming) -> Bool {
        guard let connection = connection(id), connection.phase == .http, connection.download == nil,
            let answering = connection.exchange.answering
        else { return false }
        let isBegun = HTTPResponseWriter.hasContent(response.status, to: answering.method)
        if isBegun, !isCounted(connection, at: connection.client.address) {
            refuse(connection)
            return false
        }
        let isLast = isBegun || connection.hasEnded && !connection.exchange.hasMore || drainDeadline != nil
        let keepsAlive = answering.keepsAlive && !isLast
        do throws(HTTPEncodingError) {
            let head = try HTTPResponseWriter.encodeHead(
                response, framing: framing, keepsAlive: keepsAlive, date: dateText)
            if !connection.hasUnsent {
                connection.progress = (now, 0)
                connection.sentAt = now
            }
            connection.outbound.append(head)
        } catch {
            // A header that cannot be written safely is our own mistake; nothing of it leaves.
            log.error("an answer could not be written", ["why": "\(error)"])
            finish(connection)
            return false
        }
        touch(connection)
        guard isBegun else {
            connection.exchange.answered()
            if keepsAlive { schedule(connection) } else { finish(connection) }
            return false
        }
        // It is the connection's last answer, so that what came behind its request is not for us (RFC 9112 section
        // 9.6).
        connection.exchange = HTTPExchange(limits: limits)
        connection.outbound.beginFrames(.events(framing))
        connection.phase = .streaming
        // Who only listens is never heard. That it is gone shows when the kernel is not told of what it sent.
        Socket.setPatience(milliseconds: 2 * limits.heartbeatMilliseconds, of: connection.socket.raw)
        updateInterest(of: connection)
        setTimer(of: connection, at: now)
        return true
    }

    func endStream(_ id: ConnectionID, with last: [UInt8], isAtOnce: Bool) {
        guard let connection = connection(id), connection.phase == .streaming,
            case .events(let framing) = connection.outbound.kind
        else { return }
        // Who has taken nothing of what waits for so long is given no second waiting time.
        if !connection.hasUnsent { connection.sentAt = now }
        if isAtOnce { connection.outbound.discardQueued() }
        connection.outbound.append(last)
        connection.outbound.append(framing.end)
        finish(connection)
    }
}
