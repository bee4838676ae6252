/// One user's connection, from the first SYN to the last message.
final class Client {
    enum Phase { case connecting, securing, upgrading, awaitingHello, identifying, ready, closed }

    let index: Int
    let token: [UInt8]
    var descriptor: Int32
    /// Between the socket and the descriptor, where the server speaks TLS.
    var tls: TLSLink?
    var socket: WebSocketClient
    /// The data of `resume`, for one who comes back; without it the client identifies.
    var resumption: [UInt8]?
    var phase = Phase.connecting
    /// The beginning of a frame whose rest has not come yet.
    var carried: [UInt8] = []
    /// Is among those that the turn's end will flush.
    var isTouched = false
    /// The kernel took only a part; the rest goes when the socket is writable.
    var awaitsWritable = true
    var isReading = true
    /// The user's id, once `ready` told it.
    var user: [UInt8] = []

    /// What the scenario made of it.
    var channel: Channel?
    var order = OrderCheck(after: 0)
    var outstanding = Outstanding(inFlight: 0)

    init(index: Int, token: [UInt8], descriptor: Int32, socket: WebSocketClient) {
        self.index = index
        self.token = token
        self.descriptor = descriptor
        self.socket = socket
    }
}

/// A channel that messages go through, shared by its members' clients.
final class Channel {
    let id: [UInt8]
    /// The highest number that a reply has promised.
    var lastAnswered: Int

    /// The last place of its log when it was opened.
    let seq: Int

    init(id: [UInt8], lastMessageNumber: Int, seq: Int = 0) {
        self.id = id
        self.seq = seq
        lastAnswered = lastMessageNumber
    }
}
