extension FuzzTarget {
    /// A new target: its function in a file here, a line below, and a folder of inputs in `Fuzz/corpora`.
    static let all: [FuzzTarget] = [
        httpHead, httpChunks, httpTarget, httpAuthority,
        multipart, contentDisposition, contentSignature, imageHead, uploadFields,
        byteRange, entityTags, httpDate, acceptEncoding, preconditions, representation,
        ipAddress, forwarding, proxyHeader,
        webSocket, webSocketDeflate, inflate, deflate, extensions,
        json, base64, commands, commandHead, busyCommands, token, tokenHeader, tokenClaims,
        foreignToken, foreignHeader, foreignClaims, keySet, usersFile, contactsFile, search, device, pushOrder,
        courseFile, rosterFile, markdown,
    ]
}
