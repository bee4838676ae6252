internal import Base
internal import Channels
public import REST
public import Reactor
internal import Telemetry
internal import Web
internal import Wire

/// The page from a directory of the operator's, in place of the one in the binary: whatever plain file lies below it,
/// as it is at that moment. Opening a file holds a thread of Swift's pool for as long as the disk takes, which for the
/// few files of a page is less than handing the work to another thread and back.
public struct PageDirectoryRoutes: Sendable {
    private let tree: FileTree
    private let compressed: CompressedFiles
    private let time: TimeSource
    private let log: Logger

    /// Fails when there is no such directory.
    public init(path: String, _ services: Services) throws(SystemError) {
        tree = try FileTree(path: path)
        compressed = CompressedFiles(services.settings.limits)
        time = services.time
        log = services.log
    }

    /// Whether there is something to show to who comes to the server's address.
    public var hasIndex: Bool { (try? tree.open(["index.html"])) != nil }

    public var routes: [Route] {
        [
            Route(
                .get, "/{path...}", access: .anyone, "A file of the page",
                answers: [.init(200, nil, "the file"), .init(404, nil, "there is none of that name")], handler: file)
        ]
    }

    @Sendable private func file(_ call: Call) async throws(APIError) -> HTTPResponse {
        let names = call.head.segments.isEmpty ? ["index.html"] : call.head.segments
        guard let name = names.last, let file = try open(names) else {
            throw APIError(Rejection(.notFound, "there is nothing at this path"))
        }
        // What a file was in a nanosecond and at that length, it was in no other.
        let tag = EntityTag(
            String(file.byteCount, radix: 16) + "-" + String(file.modifiedNanoseconds, radix: 16))
        // Never later than the answer itself (RFC 9110 section 8.8.2.1).
        let modified = min(Timestamp(milliseconds: file.modifiedNanoseconds / 1_000_000), time.now())
        var response = HTTPResponse(
            status: 200,
            headers: HTTPHeaders([
                ("Content-Type", ContentType.of(name)), ("Content-Security-Policy", PageRoutes.policy),
                ("Cache-Control", "no-cache"), ("ETag", tag.description), ("Last-Modified", HTTPDate.string(modified)),
                ("Accept-Ranges", "bytes"),
            ]), content: .file(FilePart(file)))
        let path = names.joined(separator: "/")
        if compressed.isOpen(to: file) { response.gzipped = { compressed.bytes(of: file, path: path, tag: tag) } }
        return response
    }

    private func open(_ names: [String]) throws(APIError) -> OpenFile? {
        do throws(SystemError) {
            return try tree.open(names)
        } catch {
            log.error("a file of the page could not be opened", ["why": "\(error)"])
            throw APIError(.overloaded)
        }
    }
}
