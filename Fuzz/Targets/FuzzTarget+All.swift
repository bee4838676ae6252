extension FuzzTarget {
    /// A new target: its function in a file here, a line below, and a folder of inputs in `Fuzz/corpora`.
    static let all: [FuzzTarget] = [
        httpHead, httpChunks, httpTarget, httpAuthority,
        webSocket, webSocketDeflate, inflate, deflate, extensions,
        json, base64, commands, token, tokenHeader, tokenClaims, usersFile,
    ]
}
