internal import Base
internal import Reactor
internal import Telemetry
internal import Wire

extension Worker {
    func receive(on connection: Connection, hasFailed: Bool) {
        if connection.isPaused || isFull(connection) {
            // What cannot be taken now stays in the kernel, whose own bound slows the peer down.
            if hasFailed { return remove(connection) }
            return updateInterest(of: connection)
        }
        switch Socket.receive(from: connection.socket.raw, into: scratch) {
        case .wouldBlock: return
        case .failed: remove(connection)
        case .end:
            // Gone in both directions there is nobody left to answer, and the poller would tell of it without end.
            if hasFailed { remove(connection) } else { end(connection) }
        case .bytes(let count):
            connection.receivedAt = now
            numbers.receivedByteCount.add(count)
            var bytes = UnsafeRawBufferPointer(rebasing: scratch[..<count])
            if connection.proxyHeader != nil {
                guard let rest = takeProxyHeader(bytes, of: connection), !rest.isEmpty else { return }
                bytes = rest
            }
            if connection.isSecure { return receiveEncrypted(bytes, on: connection) }
            take(bytes, on: connection)
            process(connection)
        }
    }

    func take(_ bytes: UnsafeRawBufferPointer, on connection: Connection) {
        switch connection.phase {
        case .http: connection.exchange.receive(bytes)
        case .webSocket: connection.webSocket?.receive(bytes)
        // There is nothing to be said any more. The rest stays in the kernel, whose own bound slows the peer down.
        case .streaming: connection.isPaused = true
        case .finishing, .lingering: return
        }
    }

    /// The peer will send no more. A request that is whole is still answered (RFC 9112 section 9.6); the rest ends.
    /// - Parameter saysGoodbye: it has said so by TLS, and waits for the same from us.
    func end(_ connection: Connection, saysGoodbye: Bool = false) {
        connection.hasEnded = true
        switch connection.phase {
        case .http where connection.upload != nil:
            // What has come may be whole already, and only wait to be wanted.
            process(connection)
            updateInterest(of: connection)
        case .http where connection.exchange.answering != nil:
            updateInterest(of: connection)
        case .streaming:
            // It may still be reading: only sending something tells.
            updateInterest(of: connection)
            setTimer(of: connection, at: now)
        case .http where connection.hasUnsent || saysGoodbye, .webSocket where saysGoodbye:
            finish(connection)
        case .finishing:
            updateInterest(of: connection)
        case .http, .webSocket, .lingering:
            remove(connection)
        }
    }

    /// Handles what has been received, as far as the handler wants it.
    func process(_ connection: Connection) {
        if connection.isOpening {
            connection.isOpening = false
            handler?.opened(connection.id)
            setTimer(of: connection, at: now)
        }
        switch connection.phase {
        case .http: processRequests(of: connection)
        case .webSocket: processEvents(of: connection)
        case .streaming: return updateInterest(of: connection)
        case .finishing, .lingering: return
        }
        checkHeld(by: connection)
    }

    private func processRequests(of connection: Connection) {
        while connection.phase == .http, !isFull(connection),
            let step = connection.exchange.next(bodyPlan: { handler?.bodyPlan(of: $0) })
        {
            switch step {
            case .request(let head, let body): hand(head, body: body, over: connection)
            case .stream(let head): hand(head, body: [], stream: beginUpload(on: connection), over: connection)
            case .piece(let piece): take(piece, ofBodyOn: connection)
            case .bodyEnd: endUpload(on: connection)
            case .sendContinue:
                connection.outbound.append(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
                touch(connection)
            case .violation(let violation, _) where connection.upload != nil:
                endUpload(on: connection, violation)
            case .violation(let violation, let head):
                if let answer = handler?.refusal(of: violation, to: head, from: connection.client) {
                    respond(answer, to: connection.id)
                }
            }
        }
        guard connection.phase == .http else { return }
        if connection.hasEnded, connection.upload?.isWanted == true { endUpload(on: connection, Upload.cutOff) }
        // Nothing whole is left of what was sent before the peer stopped sending.
        if connection.hasEnded, connection.exchange.answering == nil { return finish(connection) }
        let wait = connection.exchange.wait
        // The time for a head or a body counts from its beginning: bytes that trickle in do not extend it.
        guard wait == .idle || wait != connection.wait else { return }
        connection.wait = wait
        let milliseconds =
            switch wait {
            case .idle: limits.httpIdleMillisecondsMax
            case .body where connection.upload != nil: limits.uploadSecondsMax * 1_000
            case .body: limits.httpBodyMillisecondsMax
            case .head, .answer: limits.httpHeadMillisecondsMax
            }
        connection.deadline = now.adding(milliseconds: milliseconds)
        connection.waitBegan = now
        let grace = now.adding(milliseconds: limits.httpBodyGraceMilliseconds)
        setTimer(of: connection, at: wait == .body ? min(connection.deadline, grace) : connection.deadline)
    }

    private func hand(
        _ head: HTTPRequestHead, body: [UInt8], stream: HTTPBodyStream? = nil, over connection: Connection
    ) {
        var head = head
        var client = HTTPClient(
            address: connection.address, isSecure: connection.isSecure, isLocal: connection.isLocal)
        forwarding.resolve(&client, of: &head)
        connection.client = client
        handler?.received(HTTPRequest(head: head, body: body, stream: stream, client: client), on: connection.id)
    }

    /// A request that does not come to its end is answered with 408 (RFC 9110 section 15.5.9); a silence is just ended.
    func expire(_ connection: Connection) {
        if connection.upload != nil {
            endUpload(on: connection, HTTPViolation(status: 408, reason: "the request took too long"))
            return setTimer(of: connection, at: now.adding(milliseconds: limits.httpHeadMillisecondsMax))
        }
        let isAsking = connection.wait == .head || connection.wait == .body
        guard connection.phase == .http, isAsking, connection.exchange.wait != .idle else { return remove(connection) }
        let violation = HTTPViolation(status: 408, reason: "the request took too long")
        guard let answer = handler?.refusal(of: violation, to: nil, from: connection.client) else {
            return remove(connection)
        }
        write(answer, to: connection, method: .get, keepsAlive: false)
    }

    private func processEvents(of connection: Connection) {
        var count = 0
        while !connection.isPaused, connection.phase == .webSocket {
            guard count < limits.eventsPerTurnMax else {
                deferToNextTurn(connection)
                break
            }
            guard let event = connection.webSocket?.nextEvent() else { break }
            count += 1
            switch event {
            case .closed:
                finish(connection)
                continue
            case .ping:
                // Each pong at its place: before what the handler answers to messages behind its ping.
                takeOutput(of: connection)
            case .text, .binary, .pong:
                break
            }
            handler?.received(event, on: connection.id)
        }
        takeOutput(of: connection)
    }
}
