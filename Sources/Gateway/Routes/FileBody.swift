internal import Base
internal import Channels
internal import REST
internal import Wire

/// The file in the body of a request, whether it is all of it or a part of a form.
struct FileBody {
    private let stream: HTTPBodyStream
    private var form: MultipartReader?
    private var place = Place.before
    /// As the sender gives it.
    private(set) var name: String?
    /// Bytes of the file, where they are known beforehand.
    private(set) var byteCount: Int?

    /// Where reading stands in a form.
    private enum Place { case before, inside, behind }

    /// - Throws: 400 when a form cannot be read, or a name.
    init(_ call: Call) throws(APIError) {
        stream = call.stream
        let type = call.head.headers["content-type"] ?? ""
        if type.prefix(10).lowercased() == "multipart/" {
            guard let form = MultipartReader(contentType: type) else {
                throw APIError(Rejection(.badRequest, "a form with files is multipart/form-data and names a boundary"))
            }
            self.form = form
            return
        }
        if case .length(let count) = call.head.bodyLength { byteCount = count }
        if let field = call.head.headers["content-disposition"] {
            guard let disposition = ContentDisposition(parsing: field) else {
                throw APIError(Rejection(.badRequest, "the Content-Disposition is malformed"))
            }
            name = disposition.filename
        }
        name = name ?? call.head.query["name"]
    }

    /// Reads up to the first byte of the file.
    mutating func open() async throws(APIError) {
        guard form != nil else { return }
        while place == .before {
            guard try await advance() != nil else {
                throw APIError(.invalid("/file", "required", "the form has no file"))
            }
        }
    }

    /// The next bytes of the file; `nil` when the request is over. What else a form has is thrown away.
    mutating func next() async throws(APIError) -> [UInt8]? {
        guard form != nil else {
            do throws(HTTPViolation) { return try await stream.next() } catch { throw APIError(error) }
        }
        while let bytes = try await advance() {
            if place == .inside, !bytes.isEmpty { return bytes }
        }
        return nil
    }

    /// One step through a form; `nil` at its end.
    private mutating func advance() async throws(APIError) -> [UInt8]? {
        do throws(HTTPViolation) {
            if let event = try form?.nextEvent() { return take(event) }
            if let piece = try await stream.next() {
                form?.receive(piece)
                return []
            }
        } catch {
            throw APIError(error)
        }
        guard form?.isWhole == true else {
            throw APIError(Rejection(.badRequest, "the form's last boundary is missing"))
        }
        return nil
    }

    private mutating func take(_ event: MultipartReader.Event) -> [UInt8] {
        switch event {
        case .part(let disposition):
            // RFC 7578 section 4.2: what has the name of a file is one. Only the first is taken.
            if place == .before, let filename = disposition.filename {
                place = .inside
                name = filename
            }
        case .data(let bytes): return bytes
        case .partEnd: if place == .inside { place = .behind }
        case .end: break
        }
        return []
    }
}
