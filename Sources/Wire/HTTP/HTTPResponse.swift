/// An answer to one request, before it is written.
public struct HTTPResponse: Sendable {
    /// 100 ... 599 (RFC 9110 section 15).
    public var status: Int
    /// Without the fields that frame the message: the writer adds Content-Length, Connection and Date.
    public var headers: HTTPHeaders
    public var body: [UInt8]

    public init(status: Int, headers: HTTPHeaders = .init(), body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}
