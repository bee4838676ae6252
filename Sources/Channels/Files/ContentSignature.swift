/// What a file is, told by its first bytes. Neither its name nor what its sender says counts: a browser must never take
/// for a page or a script what somebody else has uploaded.
public enum ContentSignature: Sendable {
    /// Bytes of a file that are looked at.
    public static let byteCount = 4_096

    public static let unknown = "application/octet-stream"
    public static let text = "text/plain; charset=utf-8"

    /// - Parameters:
    ///   - start: the first `byteCount` bytes of the file, or all that it has.
    ///   - isWhole: the file has no more.
    public static func contentType(of start: some Collection<UInt8>, isWhole: Bool) -> String {
        let bytes = Array(start.prefix(byteCount))
        for row in rows where row.matches(bytes) { return row.type }
        if let brand = isoMediaType(bytes) { return brand }
        return isText(bytes, isWhole: isWhole) ? text : unknown
    }

    /// What browsers show or play by themselves, and cannot be made to run.
    public static func isShown(_ type: String) -> Bool {
        isImage(type) || type.hasPrefix("audio/") || type.hasPrefix("video/")
    }

    public static func isImage(_ type: String) -> Bool { type.hasPrefix("image/") }

    /// Bytes at the beginning, and perhaps others further on.
    private struct Row: Sendable {
        let type: String
        let start: [UInt8]
        var inner: (offset: Int, bytes: [UInt8])?

        init(_ type: String, _ start: [UInt8], then inner: (offset: Int, bytes: [UInt8])? = nil) {
            self.type = type
            self.start = start
            self.inner = inner
        }

        func matches(_ bytes: [UInt8]) -> Bool {
            guard bytes.starts(with: start) else { return false }
            guard let inner else { return true }
            return bytes.dropFirst(inner.offset).starts(with: inner.bytes)
        }
    }

    private static let rows = [
        Row("image/png", [0x89] + Array("PNG\r\n".utf8) + [0x1A, 0x0A]),
        Row("image/jpeg", [0xFF, 0xD8, 0xFF]),
        Row("image/gif", Array("GIF87a".utf8)),
        Row("image/gif", Array("GIF89a".utf8)),
        Row("image/webp", Array("RIFF".utf8), then: (8, Array("WEBP".utf8))),
        Row("audio/wav", Array("RIFF".utf8), then: (8, Array("WAVE".utf8))),
        // Two letters begin many a text; the two fields behind the size are always zero.
        Row("image/bmp", Array("BM".utf8), then: (6, [0, 0, 0, 0])),
        Row("application/pdf", Array("%PDF-".utf8)),
        Row("application/zip", Array("PK".utf8) + [3, 4]),
        Row("application/zip", Array("PK".utf8) + [5, 6]),
        Row("application/gzip", [0x1F, 0x8B, 0x08]),
        Row("audio/mpeg", Array("ID3".utf8)),
        Row("audio/mpeg", [0xFF, 0xFB]), Row("audio/mpeg", [0xFF, 0xF3]), Row("audio/mpeg", [0xFF, 0xF2]),
        Row("audio/ogg", Array("OggS".utf8)),
        Row("video/webm", [0x1A, 0x45, 0xDF, 0xA3]),
    ]

    /// A file of the family of MP4 (ISO/IEC 14496-12): a box `ftyp` with the name of its kind.
    private static func isoMediaType(_ bytes: [UInt8]) -> String? {
        guard bytes.count >= 12, bytes[4..<8].elementsEqual("ftyp".utf8) else { return nil }
        return switch String(decoding: bytes[8..<12], as: UTF8.self) {
        case "avif", "avis": "image/avif"
        case "heic", "heix", "heim", "heis", "mif1", "msf1": "image/heic"
        case "M4A ", "M4B ": "audio/mp4"
        default: "video/mp4"
        }
    }

    /// UTF-8 without control characters other than those of lines and pages. The last character may be cut in two.
    private static func isText(_ bytes: [UInt8], isWhole: Bool) -> Bool {
        let isControl: (UInt8) -> Bool = { $0 < 0x20 && !(0x09...0x0D).contains($0) || $0 == 0x7F }
        guard !bytes.isEmpty, !bytes.contains(where: isControl) else { return false }
        if String(validating: bytes, as: UTF8.self) != nil { return true }
        guard !isWhole || bytes.count == byteCount else { return false }
        return (1...3).contains { String(validating: bytes.dropLast($0), as: UTF8.self) != nil }
    }
}
