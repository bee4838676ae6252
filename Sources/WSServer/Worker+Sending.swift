internal import Base
internal import Reactor
internal import Telemetry
internal import Wire

extension Worker {
    /// Bytes below which a socket that had to wait counts as drained.
    private static var lowWaterByteCount: Int { 64 << 10 }
    /// Bytes that gather for one connection in a turn before they are written: so many that the write's own cost is
    /// nothing beside that of copying them.
    static var gatheredByteCount: Int { 256 << 10 }
    /// Milliseconds that the peer may take to close after we did.
    private static var lingerMilliseconds: Int { 2_000 }

    /// What the protocol itself wants to say: pongs and close frames.
    func takeOutput(of connection: Connection) {
        guard let output = connection.webSocket?.takeOutput(), !output.isEmpty else { return }
        connection.outbound.append(output)
        touch(connection)
    }

    func flushTouched() {
        if !touched.isEmpty { hasServedOthers = true }
        // Sending tells handlers of drained connections, which may touch others.
        var index = 0
        while index < touched.count {
            let connection = touched[index]
            connection.isTouched = false
            connection.isPatient = false
            if isPresent(connection) { flush(connection) }
            index += 1
        }
        touched.removeAll(keepingCapacity: true)
    }

    /// Serves some of those who were sent what many were sent. The others' turn comes after whatever is ready by then,
    /// so that a message to thousands holds up nobody else's; and what is sent to them meanwhile leaves with it.
    func flushPatient() {
        for connection in patient.next(atMost: limits.patientPerTurnMax, at: now) {
            // Who was sent something urgent meanwhile has it all.
            guard connection.isPatient else { continue }
            connection.isPatient = false
            if isPresent(connection) { flush(connection) }
        }
        // The committer may be waiting for this very core.
        Thread.yield()
        patient.finished(
            at: time.instant(), delayedOthers: hasServedOthers,
            restMillisecondsMax: limits.patientRestMillisecondsMax)
        hasServedOthers = false
    }

    private func flush(_ connection: Connection) {
        let wasFull = isFull(connection)
        if connection.download != nil {
            guard queuePiece(of: connection) else { return remove(connection) }
        }
        guard writeUnsent(of: connection) else { return remove(connection) }
        if connection.isBlocked, !connection.isOpen {
            setTimer(of: connection, at: connection.sentAt.adding(milliseconds: limits.stalledMillisecondsMax))
        }
        account(connection)
        // One piece in a turn, so that a fast reader leaves the others their turns; the poller tells at once that the
        // socket can take more.
        if connection.download != nil { connection.isBlocked = true }
        if !connection.hasUnsent {
            connection.sentAt = now
            connection.progress = (now, 0)
            if connection.phase == .finishing { return linger(connection) }
        }
        updateInterest(of: connection)
        // What was received before the queue was full is still to be answered.
        if wasFull, !isFull(connection) { schedule(connection) }
        if connection.tellsWhenDrained, connection.unsentByteCount < Self.lowWaterByteCount {
            connection.tellsWhenDrained = false
            if connection.isOpen { handler?.drained(connection.id) }
        }
    }

    /// Writes what waits, as far as the peer takes it; false when it is gone.
    private func writeUnsent(of connection: Connection) -> Bool {
        let hadToWait = connection.interest.contains(.write)
        while connection.hasUnsent, !connection.isBlocked {
            switch connection.sendUnsent() {
            case .bytes(let count):
                connection.sentAt = now
                numbers.sentByteCount.add(count)
                connection.progress.byteCount += count
                if hadToWait { connection.takenAt = now }
            case .wouldBlock, .end: connection.isBlocked = true
            case .failed: return false
            }
        }
        return true
    }

    /// Writes what one turn has gathered for a connection before it is so much that the connection would seem not to
    /// take it. What is to be done afterwards, also when the peer is gone, is done at the turn's end.
    func writeEarly(to connection: Connection) {
        _ = writeUnsent(of: connection)
        account(connection)
    }

    private func linger(_ connection: Connection) {
        if connection.hasEnded { return remove(connection) }
        Socket.shutDownSending(connection.socket.raw)
        connection.phase = .lingering
        // What still comes is thrown away as it is.
        connection.stream = nil
        connection.deadline = now.adding(milliseconds: Self.lingerMilliseconds)
        setTimer(of: connection, at: connection.deadline)
        updateInterest(of: connection)
    }

    /// More may be queued for the connection.
    func hasRoom(_ connection: Connection) -> Bool {
        connection.unsentByteCount <= (isPressed ? limits.heldBytesMin : limits.outboundBytesMax)
    }

    /// Nothing more is read from a peer who does not take what it is sent, does not wait for its answers, or has sent
    /// more than is handled in a turn.
    func isFull(_ connection: Connection) -> Bool {
        !hasRoom(connection) || connection.isDeferred || connection.upload?.isWanted == false
            || connection.phase == .http && connection.exchange.isFarAhead
    }

    /// Asks the poller for what is wanted now, if that is something else than before.
    func updateInterest(of connection: Connection) {
        var wanted: Poller.Interest = []
        if !connection.hasEnded, !connection.isPaused, !isFull(connection) { wanted.formUnion([.read, .hangUp]) }
        if connection.isBlocked { wanted.insert(.write) }
        guard wanted != connection.interest, isPresent(connection) else { return }
        connection.interest = wanted
        do throws(SystemError) {
            try poller.change(connection.socket.raw, wanted, token: connection.id.rawValue)
        } catch {
            remove(connection)
        }
    }

    /// Queues an answer; without keep-alive it is the connection's last.
    func write(_ response: HTTPResponse, to connection: Connection, method: HTTPMethod, keepsAlive: Bool) {
        // The time in which an answer must be taken begins with it, not with the silence before.
        if !connection.hasUnsent { connection.progress = (now, 0) }
        do throws(HTTPEncodingError) {
            connection.outbound.append(
                try HTTPResponseWriter.encode(response, to: method, keepsAlive: keepsAlive, date: dateText))
        } catch {
            // A header that cannot be written safely is our own mistake; nothing of it leaves.
            log.error("an answer could not be written", ["why": "\(error)"])
            return finish(connection)
        }
        if case .file(let part) = response.content, HTTPResponseWriter.hasContent(response.status, to: method) {
            connection.download = Download(part: part, keepsAlive: keepsAlive)
            return touch(connection)
        }
        connection.exchange.answered()
        touch(connection)
        if keepsAlive { schedule(connection) } else { finish(connection) }
    }
}
