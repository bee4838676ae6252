internal import Base
internal import Reactor
internal import Wire

/// What the time asks of connections.
extension Worker {
    /// Has `passTime` look at the connection at `instant`, or earlier.
    func setTimer(of connection: Connection, at instant: Instant) {
        if let timerAt = connection.timerAt, timerAt <= instant { return }
        connection.timerAt = instant
        timers.set(connection.id, at: instant)
    }

    func passTime() {
        now = time.instant()
        let due = timers.advance(to: now)
        if let since = listenersOffSince, drainDeadline == nil,
            now.milliseconds(since: since) >= Self.acceptPauseMilliseconds
        {
            try? setListeners(on: true)
        }
        for id in due {
            // An entry that was overtaken by an earlier one has nothing to tell any more.
            guard let connection = connection(id), let timerAt = connection.timerAt, timerAt <= now else { continue }
            connection.timerAt = nil
            look(at: connection)
        }
    }

    private func look(at connection: Connection) {
        switch connection.phase {
        case .webSocket, .streaming:
            guard let next = handler?.timePassed(on: connection.id, connection.activity) else { return }
            setTimer(of: connection, at: next)
        case .http where connection.wait == .answer && connection.download == nil:
            setTimer(of: connection, at: now.adding(milliseconds: limits.httpHeadMillisecondsMax))
        case .http where connection.hasUnsent || connection.download != nil, .finishing where connection.hasUnsent:
            // As long as the peer takes something it may take its time, but not all the time in the world.
            let stalledAt = connection.sentAt.adding(milliseconds: limits.stalledMillisecondsMax)
            if now >= stalledAt || isTrickling(connection) {
                remove(connection)
            } else {
                setTimer(of: connection, at: stalledAt)
            }
        case .http where connection.wait == .idle:
            // The silence begins when the last answer has been taken.
            let idleAt = connection.sentAt.adding(milliseconds: limits.httpIdleMillisecondsMax)
            if now >= max(idleAt, connection.deadline) {
                remove(connection)
            } else {
                setTimer(of: connection, at: max(idleAt, connection.deadline))
            }
        case .http where connection.wait == .body:
            if now >= connection.deadline || isBodyTrickling(connection) {
                expire(connection)
            } else {
                setTimer(of: connection, at: min(connection.deadline, now.adding(milliseconds: 1_000)))
            }
        case .http, .finishing, .lingering:
            if now >= connection.deadline {
                expire(connection)
            } else {
                setTimer(of: connection, at: connection.deadline)
            }
        }
    }

    /// Sends a body so slowly that it is not meant to be answered.
    private func isBodyTrickling(_ connection: Connection) -> Bool {
        if connection.upload != nil { return isUploadTrickling(connection) }
        let milliseconds = now.milliseconds(since: connection.waitBegan)
        guard milliseconds >= limits.httpBodyGraceMilliseconds else { return false }
        return connection.receivedByteCount < limits.bodyBytesPerSecondMin * (milliseconds / 1_000)
    }

    /// Takes an answer so slowly that it would be held for ever: a few bytes just before each limit.
    private func isTrickling(_ connection: Connection) -> Bool {
        let milliseconds = now.milliseconds(since: connection.progress.since)
        guard milliseconds >= limits.stalledMillisecondsMax else { return false }
        let isSlow = connection.progress.byteCount < limits.answerBytesPerSecondMin * milliseconds / 1_000
        connection.progress = (now, 0)
        return isSlow
    }
}
