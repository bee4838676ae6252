internal import CWeb

/// A file of the pages, embedded in the binary.
public struct WebAsset: Sendable {
    public let name: String
    public let bytes: [UInt8]

    public var contentType: String { ContentType.of(name) }

    /// By name.
    public static let all = (0..<confab_web_file_count()).map { index in
        let file = confab_web_file(index)
        return WebAsset(
            name: String(cString: file.name),
            bytes: Array(UnsafeBufferPointer(start: file.bytes, count: file.byte_count)))
    }
}
