internal import Auth
internal import Base
internal import Wire

/// A request for the stream of events, `GET /api/v1/events`, that waits for its place in the order: only then is it
/// known how it is answered.
struct StreamOpening {
    static let path = "/api/v1/events"
    private static let segments = ["api", "v1", "events"]

    let head: HTTPRequestHead
    let client: HTTPClient
    let claims: AccessClaims

    static func isAsked(_ head: HTTPRequestHead) -> Bool {
        (head.method == .get || head.method == .head) && head.segments == segments
    }

    /// What is answered to who may listen. It says to those in between that it is neither to be kept nor gathered.
    static let response = HTTPResponse(
        status: 200,
        headers: HTTPHeaders([
            ("Content-Type", EventStream.contentType), ("Cache-Control", "no-store"), ("X-Accel-Buffering", "no"),
        ]))
}
