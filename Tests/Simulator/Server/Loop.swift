import Base
import Gateway
import REST
import TestSupport
import WSServer
import Wire

/// An event loop without its thread and its sockets: what `Worker` does for a handler, done when the world says so.
final class Loop: Outlet {
    let number: Int
    private let time: ManualTime
    private let limits: Limits
    private(set) var links: [Link] = []
    private var handler: SessionHandler?
    private var gone: [ConnectionID] = []
    private var touched: [Link] = []
    private(set) var now: Instant
    private var lastID: UInt64
    /// When the handler wants to be asked although nothing happens.
    private(set) var dueAt: Instant?
    /// How often it has ended a connection, by close code.
    private(set) var closed: [UInt16: Int] = [:]

    init(number: Int, generation: UInt64, time: ManualTime, limits: Limits) {
        self.number = number
        self.time = time
        self.limits = limits
        now = time.source.instant()
        lastID = generation << 32 | UInt64(number) << 24
    }

    func start(_ make: (any Outlet) -> SessionHandler) { handler = make(self) }

    func link(_ id: ConnectionID) -> Link? { links.first { $0.id == id } }

    // MARK: Turns

    func connect(kernelBytesMax: Int) -> Link {
        lastID += 1
        let link = Link(
            ConnectionID(rawValue: lastID), loop: number, kernelBytesMax: kernelBytesMax, at: time.source.instant())
        turn { handler in
            links.append(link)
            handler.opened(link.id)
        }
        return link
    }

    /// Takes the next frame that a client has sent; false when none is taken now.
    func receive(on link: Link) -> Bool {
        guard link.isOpen, !link.isPaused, hasRoom(link.id), !link.rising.isEmpty else { return false }
        let frame = link.rising.removeFirst().frame
        turn { handler in
            link.receivedAt = now
            handler.received(.text(frame), on: link.id)
        }
        return true
    }

    func receive(_ letters: [SessionLetter]) { turn { $0.received(letters) } }

    /// The client's end is heard of.
    func lose(_ link: Link) {
        turn { _ in
            links.removeAll { $0 === link }
            if link.isOpen { gone.append(link.id) }
            link.isOpen = false
        }
    }

    func flush(_ link: Link) { turn { _ in touch(link) } }

    /// Asks for everything whose time has come.
    func passTime() {
        for link in links where link.isOpen && link.dueAt <= time.source.instant() {
            turn { handler in link.dueAt = handler.timePassed(on: link.id, link.activity) }
        }
        turn { _ in }
    }

    /// The process is no more.
    func end() { handler = nil }

    func drain() { turn { $0.drain() } }

    private func turn(_ body: (SessionHandler) -> Void) {
        guard let handler else { return }
        now = time.source.instant()
        body(handler)
        settle(handler)
        dueAt = handler.timePassed(at: now)
        settle(handler)
    }

    private func settle(_ handler: SessionHandler) {
        while !gone.isEmpty || !touched.isEmpty {
            let ended = gone, written = touched
            (gone, touched) = ([], [])
            for id in ended { handler.closed(id) }
            for link in written { flush(link, handler) }
        }
    }

    private func flush(_ link: Link, _ handler: SessionHandler) {
        link.flush(at: now)
        if link.isFinishing, link.outbound.isEmpty { links.removeAll { $0 === link } }
        guard link.tellsWhenDrained, link.outbound.count < limits.outboundBytesMax / 4 else { return }
        link.tellsWhenDrained = false
        if link.isOpen { handler.drained(link.id) }
    }

    private func touch(_ link: Link) {
        if !touched.contains(where: { $0 === link }) { touched.append(link) }
    }

    // MARK: Outlet

    func send(_ frames: [UInt8], to connection: ConnectionID) {
        guard let link = link(connection), link.isOpen else { return }
        if link.outbound.isEmpty { link.sentAt = now }
        link.outbound.append(frames)
        touch(link)
    }

    func sendPatiently(_ frames: [UInt8], to connection: ConnectionID) { send(frames, to: connection) }

    func sendAhead(_ frame: [UInt8], to connection: ConnectionID) {
        guard let link = link(connection), link.isOpen else { return }
        link.outbound.insertAhead(frame)
        touch(link)
    }

    func queuedByteCount(of connection: ConnectionID) -> Int { link(connection)?.outbound.count ?? 0 }

    func address(of connection: ConnectionID) -> IPAddress? { nil }

    func hasRoom(_ connection: ConnectionID) -> Bool {
        link(connection).map { $0.outbound.count <= limits.outboundBytesMax } ?? false
    }

    func tellWhenDrained(_ connection: ConnectionID) {
        guard let link = link(connection) else { return }
        link.tellsWhenDrained = true
        touch(link)
    }

    func close(_ connection: ConnectionID, _ code: CloseCode, reason: String) {
        guard let link = link(connection), link.isOpen else { return }
        finish(link, code, reason)
    }

    func abort(_ connection: ConnectionID, _ code: CloseCode, reason: String) {
        guard let link = link(connection), link.isOpen else { return }
        link.outbound.discardQueued()
        finish(link, code, reason)
    }

    private func finish(_ link: Link, _ code: CloseCode, _ reason: String) {
        let payload = [UInt8(code.rawValue >> 8), UInt8(code.rawValue & 0xFF)] + Array(reason.utf8)
        closed[code.rawValue, default: 0] += 1
        link.outbound.append([0x88, UInt8(payload.count)] + payload)
        link.isOpen = false
        link.isFinishing = true
        gone.append(link.id)
        touch(link)
    }

    func pause(_ connection: ConnectionID) { link(connection)?.isPaused = true }
    func resume(_ connection: ConnectionID) { link(connection)?.isPaused = false }
    func deflate(of connection: ConnectionID) -> DeflateAgreement? { nil }
    func setMessageBytesMax(_ byteCount: Int, of connection: ConnectionID) {}
    func identified(_ connection: ConnectionID) {}

    // No requests come by these links.
    func respond(_ response: HTTPResponse, to connection: ConnectionID) {}
    func upgrade(
        _ connection: ConnectionID, with response: HTTPResponse, messageBytesMax: Int, deflate: DeflateAgreement?
    ) -> Bool { false }
    func beginStream(_ connection: ConnectionID, with response: HTTPResponse, framing: StreamFraming) -> Bool { false }
    func endStream(_ connection: ConnectionID, with last: [UInt8], isAtOnce: Bool) {}
}
