internal import Base
internal import Channels
internal import REST
internal import Wire

extension HTTPResponse {
    /// A file is asked for again each time: who has it may not use it without asking, because what was allowed once may
    /// not be any more. What it is was told by its bytes; even so nothing in it is ever run.
    init(_ file: StoredFile, _ opened: OpenFile) {
        let kind = ContentSignature.isShown(file.contentType) ? "inline" : "attachment"
        self.init(
            status: 200,
            headers: HTTPHeaders([
                ("Content-Type", file.contentType),
                ("Content-Disposition", ContentDisposition(kind: kind, filename: file.name).description),
                ("Content-Security-Policy", "sandbox; default-src 'none'"),
                ("Cache-Control", "private, no-cache"), ("Accept-Ranges", "bytes"),
                ("ETag", EntityTag(file.sha256.hexadecimal).description),
            ]), content: .file(FilePart(opened)))
    }
}

extension Services {
    /// What comes of files, in the words of routes.
    func failing<Value>(_ body: () async throws(FileFailure) -> Value) async throws(APIError) -> Value {
        do throws(FileFailure) { return try await body() } catch { throw APIError(error, settings.limits) }
    }
}

extension APIError {
    init(_ failure: FileFailure, _ limits: Limits) {
        switch failure {
        case .notFound: self.init(Rejection(.notFound, "no such file"))
        case .notOwner: self.init(Rejection(.permissionDenied, "only who uploaded a file may remove it"))
        case .overQuota:
            self.init(
                Rejection(
                    .quotaExceeded,
                    "your files have at most \(limits.fileQuotaBytes) bytes, and are at most \(limits.filesPerUserMax)")
            )
        case .tooManyUploads:
            self.init(
                Rejection(
                    .rateLimited, "\(limits.uploadsPerUserMax) uploads at once", retryAfterMilliseconds: 1_000))
        case .tooManyOpenUploads:
            self.init(
                Rejection(
                    .quotaExceeded,
                    "at most \(limits.openUploadsPerUserMax) of your uploads are not whole: finish or end some"))
        case .inUse:
            self.init(
                Rejection(
                    .idempotencyInProgress, "another request is adding to this upload",
                    retryAfterMilliseconds: 1_000), status: 423)
        case .notAtEnd(let received):
            self.init(
                Rejection(.preconditionFailed, "the upload has \(received) bytes: go on there"), status: 409,
                headers: [("Upload-Offset", String(received))])
        case .overloaded: self.init(.overloaded)
        case .unavailable: self.init(.filesUnavailable)
        case .full: self.init(.storageFull)
        case .broken: self.init(.damaged)
        }
    }
}
