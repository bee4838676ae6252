internal import Base
internal import Wire

extension Worker: Outlet {
    func respond(_ response: HTTPResponse, to id: ConnectionID) {
        guard let connection = connection(id), connection.phase == .http, connection.download == nil,
            let answering = connection.exchange.answering
        else { return }
        let isLast = connection.hasEnded && !connection.exchange.hasMore
        // What is left of a body that nobody waited for would be taken for the next request.
        let isWhole = !connection.exchange.isStreaming
        endUpload(on: connection, Upload.cutOff)
        let keepsAlive = answering.keepsAlive && !isLast && isWhole && drainDeadline == nil
        // Who takes something large slowly holds it for long, and here nothing is left to hold it with.
        if isPressed, response.body.count > limits.heldBytesMin,
            HTTPResponseWriter.hasContent(response.status, to: answering.method)
        {
            return refuse(connection)
        }
        write(response, to: connection, method: answering.method, keepsAlive: keepsAlive)
    }

    func upgrade(
        _ id: ConnectionID, with response: HTTPResponse, messageBytesMax: Int, deflate: DeflateAgreement?
    ) -> Bool {
        guard let connection = connection(id), connection.phase == .http, let answering = connection.exchange.answering
        else { return false }
        guard isCounted(connection, at: connection.client.address) else {
            refuse(connection)
            return false
        }
        write(response, to: connection, method: answering.method, keepsAlive: true)
        guard connection.phase == .http else { return false }
        var webSocket = WebSocketConnection(
            messageBytesMax: messageBytesMax, fragmentCountMax: limits.fragmentCountMax, deflate: deflate)
        // What came in the same packet as the request belongs to the WebSocket already.
        connection.exchange.takeRemainder().withUnsafeBytes { webSocket.receive($0) }
        connection.exchange = HTTPExchange(limits: limits)
        connection.webSocket = webSocket
        connection.outbound.beginFrames()
        connection.phase = .webSocket
        connection.isOpening = true
        schedule(connection)
        return true
    }

    func deflate(of id: ConnectionID) -> DeflateAgreement? { connection(id)?.webSocket?.deflate }

    func send(_ frames: [UInt8], to id: ConnectionID) {
        guard let connection = connection(id), connection.isOpen else { return }
        // A frame begins with a byte that no text has.
        assert(connection.phase == .webSocket || frames.first ?? 0 < 0x80, "a WebSocket frame in a stream of events")
        // Until now there was nothing for the peer to take.
        if !connection.hasUnsent { connection.sentAt = now }
        connection.outbound.append(frames)
        hold(frames.count, for: connection)
        touch(connection)
        if connection.outbound.count >= Self.gatheredByteCount, !connection.isBlocked { writeEarly(to: connection) }
    }

    func sendPatiently(_ frames: [UInt8], to id: ConnectionID) {
        guard let connection = connection(id), connection.isOpen else { return }
        if !connection.hasUnsent { connection.sentAt = now }
        connection.outbound.append(frames)
        hold(frames.count, for: connection)
        if !connection.isTouched, !connection.isPatient {
            connection.isPatient = true
            patient.add(connection)
        }
        if connection.outbound.count >= Self.gatheredByteCount, !connection.isBlocked { writeEarly(to: connection) }
    }

    func sendAhead(_ frame: [UInt8], to id: ConnectionID) {
        guard let connection = connection(id), connection.isOpen else { return }
        connection.outbound.insertAhead(frame)
        hold(frame.count, for: connection)
        touch(connection)
    }

    func queuedByteCount(of id: ConnectionID) -> Int { connection(id)?.unsentByteCount ?? 0 }

    func address(of id: ConnectionID) -> IPAddress? { connection(id)?.client.address }

    func hasRoom(_ id: ConnectionID) -> Bool { connection(id).map { hasRoom($0) } ?? false }

    func tellWhenDrained(_ id: ConnectionID) {
        guard let connection = connection(id) else { return }
        connection.tellsWhenDrained = true
        touch(connection)
    }

    func close(_ id: ConnectionID, _ code: CloseCode, reason: String) {
        guard let connection = connection(id), connection.phase == .webSocket else { return }
        connection.webSocket?.close(code, reason: reason)
        finish(connection)
    }

    func abort(_ id: ConnectionID, _ code: CloseCode, reason: String) {
        guard let connection = connection(id), connection.phase == .webSocket else { return }
        connection.outbound.discardQueued()
        connection.webSocket?.close(code, reason: reason)
        // `sentAt` stays as it is: who has taken nothing for so long is given no second waiting time.
        finish(connection)
    }

    func pause(_ id: ConnectionID) { connection(id)?.isPaused = true }

    func resume(_ id: ConnectionID) {
        guard let connection = connection(id), connection.isPaused else { return }
        connection.isPaused = false
        updateInterest(of: connection)
        schedule(connection)
    }

    func setMessageBytesMax(_ byteCount: Int, of id: ConnectionID) {
        connection(id)?.webSocket?.messageBytesMax = byteCount
    }

    func identified(_ id: ConnectionID) {
        guard let connection = connection(id), connection.standing == .unidentified else { return }
        connection.standing = .identified
        if !connection.isLocal { counts.withLock { $0.identify(connection.site) } }
    }
}
