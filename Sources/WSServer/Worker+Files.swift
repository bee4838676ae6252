internal import Base
internal import Telemetry
internal import Wire

/// A file on its way to a peer. Its request counts as unanswered until the last piece is queued.
struct Download {
    var part: FilePart
    let keepsAlive: Bool
}

extension Worker {
    /// Queues the next piece of the file when everything before it has left the queue. False when the file has not what
    /// the head has promised: then the connection has to be cut, so that the peer does not take it for whole.
    ///
    /// The loop waits for the disk meanwhile. That is bounded by one piece in a turn for each connection, and most
    /// pieces come from the kernel's page cache, which reads ahead of one who reads in order; a thread in between would
    /// cost every download more than that.
    func queuePiece(of connection: Connection) -> Bool {
        guard connection.phase == .http else {
            // The connection ends for another reason.
            connection.download = nil
            return true
        }
        guard connection.outbound.isEmpty, var download = connection.download else { return true }
        guard let piece = download.part.next(bytesMax: limits.httpFilePieceBytesMax) else {
            log.warning("a file has become shorter or unreadable while it was sent")
            return false
        }
        connection.outbound.append(piece)
        guard download.part.isEmpty else {
            connection.download = download
            return true
        }
        connection.download = nil
        connection.exchange.answered()
        let isLast = connection.hasEnded && !connection.exchange.hasMore
        if download.keepsAlive, !isLast, drainDeadline == nil { schedule(connection) } else { finish(connection) }
        return true
    }
}
