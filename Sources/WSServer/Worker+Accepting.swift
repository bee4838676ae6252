internal import Base
internal import Reactor
internal import Telemetry
internal import Wire

/// New connections, and whether there may be one more.
extension Worker {
    /// Milliseconds for which new connections are left waiting when there is nothing to accept them with.
    static var acceptPauseMilliseconds: Int { 250 }
    /// Connections accepted in one turn, so that a storm of new ones does not starve the old.
    private static var acceptsPerTurn: Int { 64 }

    func accept(from listener: Listening) {
        do throws(SystemError) {
            for _ in 0..<Self.acceptsPerTurn {
                guard let accepted = try Socket.accept(from: listener.descriptor) else { return }
                let address = accepted.address, socket = accepted.takeSocket()
                guard listener.isLocal || DescriptorRoom.isSpare(socket.raw) else {
                    log.debug("a connection would take one of the last descriptors")
                    continue
                }
                numbers.accepted.add()
                admit(try add(socket, from: address, isLocal: listener.isLocal))
            }
        } catch {
            // Without descriptors or memory for more, asking again at once would only burn the processor.
            log.warning("new connections are left waiting", ["why": "\(error)"])
            try? setListeners(on: false)
        }
    }

    /// Counts a new connection, or refuses it. A trusted proxy brings many clients: its own address says nothing.
    private func admit(_ connection: Connection) {
        guard !connection.isLocal else { return }
        let isProxy = forwarding.isTrusted(connection.address)
        let site = isProxy ? nil : connection.address?.site
        guard counts.withLock({ $0.enter(site, limits) }) else {
            connection.standing = .refused
            return refuse(connection)
        }
        connection.site = site
        if isProxy, takesProxyHeader { connection.proxyHeader = [] }
    }

    /// Counts a connection where its client turns out to be; false when there are too many from there.
    func isCounted(_ connection: Connection, at address: IPAddress?) -> Bool {
        guard !connection.isLocal, let address, !forwarding.isTrusted(address) else { return true }
        let old = connection.site, new = address.site
        guard counts.withLock({ $0.move(from: old, to: new, limits) }) else { return false }
        connection.site = new
        return true
    }

    func leave(_ connection: Connection) {
        guard !connection.isLocal else { return }
        switch connection.standing {
        case .refused: refusedCount -= connection.isToldOfRefusal ? 1 : 0
        case .unidentified, .identified:
            let site = connection.site, wasIdentified = connection.standing == .identified
            counts.withLock { $0.leave(site, wasIdentified: wasIdentified) }
        }
    }

    /// Tells a peer that there are too many, and closes. Who speaks TLS cannot be told before a handshake, whose cost
    /// is what the bound is there to save.
    func refuse(_ connection: Connection) {
        numbers.refused.add()
        log.debug("a connection is over a bound", ["client": connection.address?.description ?? "-"])
        let canHear = !connection.isSecure || connection.stream?.isEstablished == true
        let violation = HTTPViolation(status: 503, reason: "there are too many connections; try again later")
        guard canHear, refusedCount < limits.refusedMax,
            let answer = handler?.refusal(of: violation, to: nil, from: connection.client)
        else {
            return remove(connection)
        }
        if connection.standing == .refused {
            connection.isToldOfRefusal = true
            refusedCount += 1
        }
        write(answer, to: connection, method: .get, keepsAlive: false)
    }

    func setListeners(on isOn: Bool) throws(SystemError) {
        // Off until all of them are on: when the kernel has no memory for one, they are tried again.
        listenersOffSince = now
        guard isOn else { return removeListeners() }
        do throws(SystemError) {
            for (index, listener) in listeners.enumerated() {
                try poller.add(listener.descriptor, .read, token: Self.listenerTokens + UInt64(index))
            }
        } catch {
            removeListeners()
            throw error
        }
        listenersOffSince = nil
    }

    private func removeListeners() {
        for listener in listeners { poller.remove(listener.descriptor) }
    }

    // MARK: PROXY headers

    /// Takes the header that a trusted proxy begins with; returns what follows it, when it is whole.
    func takeProxyHeader(
        _ bytes: UnsafeRawBufferPointer, of connection: Connection
    ) -> UnsafeRawBufferPointer? {
        let before = connection.proxyHeader?.count ?? 0
        // No more is looked at than a header may have.
        let known = (connection.proxyHeader ?? []) + bytes.prefix(max(0, limits.proxyHeaderBytesMax - before))
        do throws(ProxyHeader.Violation) {
            guard let header = try ProxyHeader.parse(known, bytesMax: limits.proxyHeaderBytesMax) else {
                connection.proxyHeader = known
                return nil
            }
            connection.proxyHeader = nil
            if let source = header.source {
                connection.address = source
                guard isCounted(connection, at: source) else {
                    refuse(connection)
                    return nil
                }
            }
            return UnsafeRawBufferPointer(rebasing: bytes[(header.byteCount - before)...])
        } catch {
            log.warning("a trusted proxy sent no PROXY header", ["why": error.reason])
            remove(connection)
            return nil
        }
    }
}
