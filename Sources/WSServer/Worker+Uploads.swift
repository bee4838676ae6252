internal import Base
internal import Reactor
internal import Wire

/// A body that is handed over in pieces while it comes. Its request is being answered already.
struct Upload {
    let stream: HTTPBodyStream
    /// Its reader waits for more; otherwise nothing is read from the client, whose own bound stops it then.
    var isWanted = false
    /// Since when so many bytes have come, while they were wanted.
    var since: Instant
    var byteCount = 0

    /// What the reader of a body hears whose client is gone.
    static let cutOff = HTTPViolation(status: 400, reason: "the body was cut off")
}

extension Worker {
    /// Nothing of the body is read, and no leave to send it is given, before somebody asks for it.
    func beginUpload(on connection: Connection) -> HTTPBodyStream {
        let stream = HTTPBodyStream(bytesMax: limits.uploadAheadBytesMax) { [mailbox, id = connection.id] in
            mailbox.post(.bodyWanted(id))
        }
        connection.upload = Upload(stream: stream, since: now)
        return stream
    }

    func resumeUpload(on id: ConnectionID) {
        guard let connection = connection(id), let upload = connection.upload, !upload.isWanted else { return }
        connection.upload?.isWanted = true
        connection.upload?.since = now
        connection.upload?.byteCount = 0
        updateInterest(of: connection)
        schedule(connection)
    }

    func take(_ piece: [UInt8], ofBodyOn connection: Connection) {
        guard let upload = connection.upload else { return }
        connection.upload?.byteCount += piece.count
        connection.upload?.isWanted = upload.stream.put(piece)
    }

    /// The body is whole, or never will be: its reader is told, and answers.
    func endUpload(on connection: Connection, _ violation: HTTPViolation? = nil) {
        connection.upload?.stream.end(violation)
        connection.upload = nil
    }

    /// A body that is waited for and comes too slowly. Looked at in stretches of `httpBodyGraceMilliseconds`, so that
    /// what came fast at first does not pay for a trickle.
    func isUploadTrickling(_ connection: Connection) -> Bool {
        guard let upload = connection.upload, upload.isWanted else { return false }
        let milliseconds = now.milliseconds(since: upload.since)
        guard milliseconds >= limits.httpBodyGraceMilliseconds else { return false }
        connection.upload?.since = now
        connection.upload?.byteCount = 0
        return upload.byteCount < limits.bodyBytesPerSecondMin * (milliseconds / 1_000)
    }
}
