internal import Base
internal import Wire

/// The memory that all connections hold together.
extension Worker {
    /// So much is held that each connection has to do with little.
    var isPressed: Bool { heldByteCount > limits.heldBytesMax / workerCount }

    /// Counts bytes that have been queued, so that a single turn does not go far beyond the bound.
    func hold(_ byteCount: Int, for connection: Connection) {
        heldByteCount += byteCount
        connection.heldByteCount += byteCount
    }

    /// Counts anew what is held for a connection.
    func account(_ connection: Connection) {
        guard isPresent(connection) else { return }
        let held = connection.unsentByteCount + connection.receivedByteCount
        heldByteCount += held - connection.heldByteCount
        connection.heldByteCount = held
    }

    /// Refuses the rest of something large that would not fit beside what is held for others.
    func checkHeld(by connection: Connection) {
        account(connection)
        guard isPressed, isPresent(connection), connection.receivedByteCount > limits.heldBytesMin else { return }
        switch connection.phase {
        case .http where connection.exchange.answering == nil:
            refuse(connection)
            connection.exchange = HTTPExchange(limits: limits)
        case .webSocket: close(connection.id, .tryAgainLater, reason: "")
        case .http, .streaming, .finishing, .lingering: return
        }
        // What is given up here is no reason to refuse the next.
        account(connection)
    }
}
