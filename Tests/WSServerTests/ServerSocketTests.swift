import Base
import Reactor
import TestClient
import Testing

@testable import WSServer

@Suite("Server, carrying WebSockets") struct ServerSocketTests {
    @Test func `a frame in the packet of the handshake is not lost`() throws {
        let echo = try EchoServer()
        defer { echo.server.drain() }
        let client = try echo.connect()
        try client.send(Array(TCPClient.upgradeRequest("/ws").utf8) + ClientFrame.text("early"))
        #expect(try client.readAnswer()?.status == 101)
        #expect(try client.readText() == "early")
    }

    @Test func `one byte in each packet is understood`() throws {
        let echo = try EchoServer()
        defer { echo.server.drain() }
        let client = try echo.connect()
        for byte in Array(TCPClient.upgradeRequest("/ws").utf8) { try client.send([byte]) }
        #expect(try client.readAnswer()?.status == 101)
        for byte in ClientFrame.text("slowly") { try client.send([byte]) }
        #expect(try client.readText() == "slowly")
    }

    @Test func `a message in many fragments is one message, with a ping between answered at once`() throws {
        let echo = try EchoServer()
        defer { echo.server.drain() }
        let client = try echo.openSocket()
        let message = (0..<100_000).map { UInt8(ascii: "a") + UInt8($0 % 26) }
        let size = 1_000
        for start in stride(from: 0, to: message.count, by: size) {
            let isLast = start + size >= message.count
            let piece = Array(message[start..<min(start + size, message.count)])
            try client.send(ClientFrame.frame(start == 0 ? 1 : 0, piece, isFinal: isLast))
            if start == 50 * size {
                try client.send(ClientFrame.frame(9, Array("beat".utf8)))
                #expect(try client.readFrame() == ServerFrame(opcode: 10, payload: Array("beat".utf8)))
            }
        }
        #expect(try client.readFrame() == ServerFrame(opcode: 1, payload: message))
    }

    @Test func `pausing leaves everything unread, and resuming loses nothing and keeps the order`() throws {
        let echo = try EchoServer()
        defer { echo.server.drain() }
        let client = try echo.openSocket()
        let texts = (0..<2_000).map { "message \($0)" }
        try client.send(ClientFrame.text("pause") + texts.flatMap { ClientFrame.text($0) })
        #expect(try client.readText() == "pause")
        echo.server.post(.count, to: 0)
        #expect(!echo.probe.wait(for: .count(1)).isEmpty)
        echo.server.post(.resume, to: 0)
        for text in texts { #expect(try client.readText() == text) }
    }

    @Test func `who is sent something urgent has it before the patient, and nobody's order changes`() throws {
        let echo = try EchoServer { $0.patientPerTurnMax = 1 }
        defer { echo.server.drain() }
        var clients: [TCPClient] = []
        for _ in 0..<40 { clients.append(try echo.openSocket()) }
        for round in 0..<5 {
            echo.server.post(.tellAll("news \(round)", lastAtOnce: "urgent \(round)"), to: 0)
            let last = try #require(clients.last)
            #expect(try last.readText() == "news \(round)")
            #expect(try last.readText() == "urgent \(round)")
        }
        for client in clients.dropLast() {
            for round in 0..<5 { #expect(try client.readText() == "news \(round)") }
        }
    }

    private func digits(_ number: Int) -> ArraySlice<UInt8> { Array("\(10_000 + number)".utf8).dropFirst() }

    @Test func `a peer that sends and does not read is read no further, and misses nothing`() throws {
        let queueMax = 256 << 10, messageBytes = 60_000, count = 400
        let echo = try EchoServer { $0.outboundBytesMax = queueMax }
        defer { echo.server.drain() }
        let client = try echo.connect(receiveBufferBytes: 4_096)
        try client.upgrade("/ws")
        let template = ClientFrame.text("0000" + String(repeating: "x", count: messageBytes))
        var stream: [UInt8] = []
        for number in 0..<count {
            // Masking again what is the same in all of them would take longer than sending it.
            var frame = template
            for (place, digit) in zip(frame.count - messageBytes - 4..<frame.count, digits(number)) {
                frame[place] ^= UInt8(ascii: "0") ^ digit
            }
            stream += frame
        }
        // What the peer gets rid of before it takes anything back.
        client.waitAtMost(seconds: 1)
        let sent = client.offer(stream)
        #expect(sent < stream.count)
        client.waitAtMost(seconds: 20)
        for number in 0..<sent / template.count {
            #expect(try client.readFrame()?.payload.prefix(5) == digits(number) + [UInt8(ascii: "x")])
        }
        // One turn reads up to the size of its scratch memory.
        #expect(echo.probe.queuedBytesMost.withLock { $0 } <= queueMax + (256 << 10) + 2 * messageBytes)
    }

    @Test func `tells when a peer has taken most of what was queued, and not before`() throws {
        let echo = try EchoServer { $0.outboundBytesMax = 32 << 20 }
        defer { echo.server.drain() }
        let client = try echo.connect(receiveBufferBytes: 4_096)
        try client.upgrade("/ws")
        // Much more than the kernel keeps for a peer that does not read.
        let big = ClientFrame.text(String(repeating: "y", count: 900_000))
        for _ in 0..<12 { try client.send(big) }
        try client.send(ClientFrame.text("tell"))
        let before = echo.probe.wait(for: .received("tell"))
        #expect(!before.isEmpty && !before.contains(.drained))
        for _ in 0..<12 { #expect(try client.readFrame()?.payload.count == 900_000) }
        #expect(try client.readText() == "tell")
        #expect(echo.probe.wait(for: .drained) == [.drained])
    }

    @Test func `a frame sent ahead overtakes what waits`() throws {
        let echo = try EchoServer()
        defer { echo.server.drain() }
        let client = try echo.openSocket()
        try client.send(["one", "two", "ahead"].flatMap { ClientFrame.text($0) })
        #expect(try (0..<4).map { _ in try client.readText() } == ["overtaking", "one", "two", "ahead"])
    }

    @Test func `closing sends what is queued, then the close frame, and waits for the peer`() throws {
        let echo = try EchoServer()
        defer { echo.server.drain() }
        let client = try echo.openSocket()
        try client.send(["one", "close", "too late"].flatMap { ClientFrame.text($0) })
        #expect(try (0..<2).map { _ in try client.readText() } == ["one", "close"])
        let close = try #require(try client.readFrame())
        #expect(close.closeCode == 1001)
        #expect(!echo.probe.wait(for: .closed).contains(.received("too late")))
        try client.send(ClientFrame.close(1001))
        #expect(try client.readToEnd().isEmpty)
    }

    @Test(arguments: [1_000, 4_321]) func `a peer's own close is answered with its code`(code: Int) throws {
        let echo = try EchoServer()
        defer { echo.server.drain() }
        let client = try echo.openSocket()
        try client.send(ClientFrame.close(code))
        #expect(try client.readCloseCode() == code)
        #expect(try client.readToEnd().isEmpty)
        #expect(!echo.probe.wait(for: .closed).isEmpty)
    }

    @Test func `a peer that just goes is told of once`() throws {
        let echo = try EchoServer()
        defer { echo.server.drain() }
        do {
            let client = try echo.openSocket()
            try client.send(ClientFrame.text("hello"))
            #expect(try client.readText() == "hello")
        }
        #expect(echo.probe.wait(for: .closed).filter { $0 == .closed }.count == 1)
    }

    @Test func `stopping tells and ends every connection, and frees the port`() throws {
        let echo = try EchoServer(loops: 2)
        let sockets = try (0..<6).map { _ in try echo.openSocket() }
        let idle = try echo.connect()
        try idle.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try idle.readAnswer()?.status == 200)

        let server = echo.server, stopped = Semaphore()
        _ = Thread(named: "stopping") {
            server.drain()
            stopped.signal()
        }
        for socket in sockets {
            #expect(try socket.readCloseCode() == 1001)
            try socket.send(ClientFrame.close(1001))
            socket.finishSending()
            #expect(try socket.readToEnd().isEmpty)
        }
        #expect(try idle.readToEnd().isEmpty)
        idle.finishSending()
        stopped.wait()
        #expect(throws: TCPClient.Failure.self) { try TCPClient(port: echo.port) }
    }
}
