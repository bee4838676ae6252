/// An answer to one request, before it is written.
public struct HTTPResponse: Sendable {
    /// 100 ... 599 (RFC 9110 section 15).
    public var status: Int
    /// Without the fields that frame the message: the writer adds Content-Length, Connection and Date.
    public var headers: HTTPHeaders
    public var content: HTTPContent
    /// The same content compressed by gzip, where that is kept ready; asked only when it is wanted.
    public var gzipped: (@Sendable () -> [UInt8]?)?

    public init(status: Int, headers: HTTPHeaders = .init(), body: [UInt8] = []) {
        self.init(status: status, headers: headers, content: .bytes(body))
    }

    public init(status: Int, headers: HTTPHeaders = .init(), content: HTTPContent) {
        self.status = status
        self.headers = headers
        self.content = content
    }

    /// The content where it is in memory; empty where it is a file.
    public var body: [UInt8] {
        if case .bytes(let bytes) = content { bytes } else { [] }
    }
}
