internal import Base
internal import Wire

/// The compressed form of files, made when it is first asked for and kept while the file stays as it is.
final class CompressedFiles: Sendable {
    private struct Kept {
        /// By path. Without bytes where compressing saves nothing.
        var files: [String: (tag: EntityTag, bytes: [UInt8]?)] = [:]
        var byteCount = 0
    }

    private let kept = Guarded(Kept())
    private let fileBytesMax, keptBytesMax: Int

    init(_ limits: Limits) {
        fileBytesMax = limits.gzipBytesMax
        keptBytesMax = limits.pageCompressedBytesMax
    }

    func isOpen(to file: OpenFile) -> Bool { file.byteCount <= fileBytesMax }

    /// `nil` when it would not be shorter, or the file cannot be read.
    func bytes(of file: OpenFile, path: String, tag: EntityTag) -> [UInt8]? {
        if let known = kept.withLock({ $0.files[path] }), known.tag == tag { return known.bytes }
        guard let plain = file.read(0..<file.byteCount) else { return nil }
        let bytes = Gzip.compress(plain, effort: .best)
        kept.withLock { kept in
            kept.byteCount += (bytes?.count ?? 0) - (kept.files[path]?.bytes?.count ?? 0)
            kept.files[path] = (tag, bytes)
            // Beginning anew is rare and cheap; keeping account of what was used last is neither.
            if kept.byteCount > keptBytesMax { kept = Kept() }
        }
        return bytes
    }
}
