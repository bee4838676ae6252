internal import Auth
public import Base
internal import CCurl
internal import Reactor

/// A bucket of S3, or of what speaks like it. It has a client of its own, so that what is large holds up nothing else
/// that other servers are asked.
public final class S3Bucket: ObjectStore {
    private let settings: S3Settings
    private let client: CurlClient
    private let userAgent: String
    private let time: TimeSource
    /// What a pause waits for: nothing but the end.
    private let pause = Semaphore()
    /// Names that are being put in parts, so that nobody takes these for left behind.
    private let underWay = Guarded<[String: Int]>([:])

    /// Bytes up to which an object is sent at once; what is larger goes in parts.
    static let wholeByteCountMax = 16 << 20
    /// Bytes of a part, and how many there may be: S3 takes 5 MiB to 5 GiB, and 10,000 of them.
    private static let partByteCountMin = 8 << 20
    private static let partsMax = 10_000
    /// Tries for each request that a service in trouble refuses, and milliseconds before the second one.
    private static let triesMax = 3
    private static let pauseMilliseconds = 200

    public init(_ settings: S3Settings, userAgent: String = "confab", time: TimeSource = .system) {
        self.settings = settings
        self.userAgent = userAgent
        self.time = time
        client = CurlClient(rules: OutsideRules(), userAgent: userAgent)
    }

    public var place: String { "s3://\(settings.bucket)/\(settings.prefix)" }

    public func close() {
        pause.signal()
        client.close()
    }

    // MARK: One object

    public func put(_ name: String, _ file: OpenFile, sha256: [UInt8]) throws(ObjectFailure) {
        let key = settings.prefix + name
        guard file.byteCount > Self.wholeByteCountMax else {
            let body = S3Request.Body.file(file, 0..<file.byteCount, sha256: sha256)
            _ = try send(S3Request(method: "PUT", key: key, body: body, timeoutMilliseconds: nil))
            return
        }
        underWay.withLock { $0[key, default: 0] += 1 }
        defer {
            underWay.withLock { underWay in
                let count = underWay[key, default: 1] - 1
                underWay[key] = count > 0 ? count : nil
            }
        }
        try putInParts(key, file)
    }

    /// The same of a few bytes.
    func put(_ name: String, _ bytes: [UInt8]) throws(ObjectFailure) {
        _ = try send(S3Request(method: "PUT", key: settings.prefix + name, body: .bytes(bytes)))
    }

    private func putInParts(_ key: String, _ file: OpenFile) throws(ObjectFailure) {
        let begun = try send(S3Request(method: "POST", key: key, query: [("uploads", "")]))
        guard let id = S3Answer(begun.body)["UploadId"] else {
            throw .refused("the service gave an upload in parts no id")
        }
        do throws(ObjectFailure) {
            var tags: [String] = []
            let size = max(Self.partByteCountMin, (file.byteCount + Self.partsMax - 1) / Self.partsMax)
            for start in stride(from: 0, to: file.byteCount, by: size) {
                let range = start..<min(start + size, file.byteCount)
                let body = S3Request.Body.file(file, range, sha256: try Self.sha256(of: file, range))
                let query = [("partNumber", "\(tags.count + 1)"), ("uploadId", id)]
                let put = try send(
                    S3Request(method: "PUT", key: key, query: query, body: body, timeoutMilliseconds: nil))
                guard let tag = put.header("etag") else { throw .refused("the service gave a part no tag") }
                tags.append(tag)
            }
            try complete(key, id, tags)
            guard try byteCount(at: key) == Int64(file.byteCount) else {
                throw .unavailable("the parts have not become the whole")
            }
        } catch {
            // What cannot be thrown away now is at the next start (`removeUnfinished`).
            _ = try? send(S3Request(method: "DELETE", key: key, query: [("uploadId", id)]))
            throw error
        }
    }

    private func complete(_ key: String, _ id: String, _ tags: [String]) throws(ObjectFailure) {
        let parts = tags.enumerated().map { number, tag in
            "<Part><PartNumber>\(number + 1)</PartNumber><ETag>\(tag)</ETag></Part>"
        }
        let list = "<CompleteMultipartUpload>\(parts.joined())</CompleteMultipartUpload>"
        let answer = try send(
            S3Request(
                method: "POST", key: key, query: [("uploadId", id)], body: .bytes(Array(list.utf8)),
                timeoutMilliseconds: S3Request.completingMilliseconds))
        // The status is sent before the work is done; only the body says what came of it.
        if let reason = S3Answer(answer.body).reason { throw .unavailable(reason) }
    }

    private static func sha256(of file: OpenFile, _ range: Range<Int>) throws(ObjectFailure) -> [UInt8] {
        let digest = RunningDigest(), piece = 1 << 20
        for start in stride(from: range.lowerBound, to: range.upperBound, by: piece) {
            guard let bytes = file.read(start..<min(start + piece, range.upperBound)) else {
                throw .unavailable("the file cannot be read")
            }
            digest.update(bytes)
        }
        return digest.finish()
    }

    public func get(_ name: String, _ body: @escaping @Sendable ([UInt8]) -> Bool) throws(ObjectFailure) {
        // Not tried again: what came of the first try has gone to `body` already.
        _ = try send(
            S3Request(method: "GET", key: settings.prefix + name, sink: body, timeoutMilliseconds: nil), triesMax: 1)
    }

    public func byteCount(of name: String) throws(ObjectFailure) -> Int64? {
        try byteCount(at: settings.prefix + name)
    }

    private func byteCount(at key: String) throws(ObjectFailure) -> Int64? {
        do throws(ObjectFailure) {
            return try send(S3Request(method: "HEAD", key: key)).header("content-length").flatMap { Int64($0) }
        } catch {
            guard error == .missing else { throw error }
            return nil
        }
    }

    public func remove(_ name: String) throws(ObjectFailure) {
        do throws(ObjectFailure) {
            _ = try send(S3Request(method: "DELETE", key: settings.prefix + name))
        } catch {
            guard error == .missing else { throw error }
        }
    }

    // MARK: All of them

    public func list(after name: String?) throws(ObjectFailure) -> ObjectPage {
        var query = [("list-type", "2"), ("max-keys", "1000"), ("prefix", settings.prefix)]
        if let name { query.append(("start-after", settings.prefix + name)) }
        let answer = try send(S3Request(method: "GET", query: query))
        guard let page = S3Answer(answer.body).page(without: settings.prefix) else {
            throw .refused("the service answers with no list of objects")
        }
        return page
    }

    public func removeUnfinished() throws(ObjectFailure) {
        // Each round takes away what it was told of, so that the next one is told of others.
        for _ in 0..<Self.partsMax {
            let answer = try send(S3Request(method: "GET", query: [("prefix", settings.prefix), ("uploads", "")]))
            guard let all = S3Answer(answer.body).unfinished else {
                throw .refused("the service answers with no list of uploads")
            }
            let left = all.filter { one in
                one.key.hasPrefix(settings.prefix) && underWay.withLock { $0[one.key] == nil }
            }
            guard !left.isEmpty else { return }
            for one in left { _ = try send(S3Request(method: "DELETE", key: one.key, query: [("uploadId", one.id)])) }
        }
    }

    // MARK: Asking

    private func send(_ request: S3Request, triesMax: Int = S3Bucket.triesMax) throws(ObjectFailure) -> WebAnswer {
        var tries = 0
        while true {
            tries += 1
            let failure: ObjectFailure
            do throws(ObjectFailure) {
                return try sendOnce(request)
            } catch {
                failure = error
            }
            guard case .unavailable = failure, tries < triesMax else { throw failure }
            pause.wait(milliseconds: Self.pauseMilliseconds << (tries - 1))
        }
    }

    private func sendOnce(_ request: S3Request) throws(ObjectFailure) -> WebAnswer {
        let end: CurlEnd
        do throws(WebFailure) {
            end = try client.runHere(request.order(settings, userAgent: userAgent, at: time.now()))
        } catch {
            throw .unavailable("\(error)")
        }
        guard end.code == CInt(CC_CURLE_OK.rawValue), end.status > 0 else {
            throw .unavailable("\(settings.endpoint): \(end.words)")
        }
        let answer = WebAnswer(status: end.status, headers: end.headers, body: end.body)
        switch end.status {
        case 200...299: return answer
        case 404 where S3Answer(end.body)["Code"] != "NoSuchBucket": throw .missing
        default:
            let why = S3Answer(end.body).reason ?? "status \(end.status)"
            let isPassing = end.status >= 500 || end.status == 408 || end.status == 429
            throw isPassing ? .unavailable(why) : .refused("\(settings.endpoint) says \(why)")
        }
    }
}
