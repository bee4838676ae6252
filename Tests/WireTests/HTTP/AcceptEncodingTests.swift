import Testing
import Wire

@Suite("Accepted codings") struct AcceptEncodingTests {
    @Test(arguments: [
        "gzip", "GZIP", "x-gzip", "gzip, deflate, br, zstd", "br;q=1.0, gzip;q=0.8, *;q=0.1", "*", "*;q=0.5",
        "gzip;q=0.5", "gzip;q=0.001", "gzip; q=1.000", "gzip ;q=1.", "gzip;q=1, identity;q=1", "identity;q=0.5, gzip",
        "identity;q=0, *;q=0.1", "gzip;Q=0.5", ",gzip,", "gzip;q=0.5, *;q=0",
    ])
    func `are gzip for who takes it`(field: String) {
        #expect(AcceptEncoding(HTTPHeaders([("accept-encoding", field)])).prefersGzip)
    }

    @Test(arguments: [
        "", "identity", "br", "gzip;q=0", "gzip;q=0.000", "*;q=0", "gzip;q=0, *", "gzip;q=0.5, identity;q=0.6",
        "gzip;q=0.5, *", "identity, gzip;q=0.9", "gzipped", "gzip;q=2", "gzip;q=1.001", "gzip;q=0.1234", "gzip;q=-1",
        "gzip;q", "gzip;level=9", "gzip;q=0.5;x=y", "gzip;q=0,5", "gzip;q=1e0",
    ])
    func `are not gzip for who does not take it, or likes the plain one better`(field: String) {
        #expect(!AcceptEncoding(HTTPHeaders([("accept-encoding", field)])).prefersGzip)
    }

    @Test func `are told in one field or several`() {
        #expect(!AcceptEncoding(HTTPHeaders()).prefersGzip)
        #expect(AcceptEncoding(HTTPHeaders([("accept-encoding", "br"), ("accept-encoding", "gzip")])).prefersGzip)
    }
}
