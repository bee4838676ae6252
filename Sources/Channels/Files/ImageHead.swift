/// How large an image is shown: in points, after it was turned as its camera says.
public struct ImageSize: Equatable, Sendable {
    public var width: Int
    public var height: Int

    public init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    public var pixelCount: Int {
        let (count, isTooMuch) = width.multipliedReportingOverflow(by: height)
        return isTooMuch ? .max : count
    }
}

/// Reads from an image's head how large it says that it is. Nothing is decoded, so that a few bytes that claim to be
/// gigantic cost nothing.
public enum ImageHead {
    /// The types whose heads are understood, and of which smaller ones are made.
    public static let types: Set<String> = ["image/png", "image/jpeg", "image/gif", "image/webp"]

    /// Bytes read at once; what a head needs of PNG, GIF and WebP, or of one segment of a JPEG.
    private static let pieceByteCount = 64
    /// Segments of a JPEG before the one that has the size: some cameras write dozens.
    private static let segmentsMax = 200
    /// Bytes of a JPEG's EXIF that are looked at for how it is turned, which stands near its beginning.
    private static let exifByteCountMax = 4_096

    /// - Parameter read: the bytes of a range; fewer where the file ends before, `nil` where it cannot be read.
    /// - Returns: `nil` for what is none of `types`, or does not say.
    public static func size(byteCount: Int, read: (Range<Int>) -> [UInt8]?) -> ImageSize? {
        guard let start = read(0..<min(byteCount, pieceByteCount)) else { return nil }
        let head = Bytes(start)
        let found: ImageSize?
        if start.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            found = head.text(12, "IHDR") ? head.size(head.big(16, 4), head.big(20, 4)) : nil
        } else if head.text(0, "GIF87a") || head.text(0, "GIF89a") {
            found = head.size(head.little(6, 2), head.little(8, 2))
        } else if head.text(0, "RIFF"), head.text(8, "WEBP") {
            found = webp(head)
        } else if start.starts(with: [0xFF, 0xD8, 0xFF]) {
            found = jpeg(byteCount, read)
        } else {
            found = nil
        }
        guard let found, found.width > 0, found.height > 0 else { return nil }
        return found
    }

    /// RFC 9649 section 2.
    private static func webp(_ head: Bytes) -> ImageSize? {
        if head.text(12, "VP8X") {
            return head.size(head.little(24, 3).map { $0 + 1 }, head.little(27, 3).map { $0 + 1 })
        }
        if head.text(12, "VP8L"), let bits = head.little(21, 4), head.big(20, 1) == 0x2F {
            return ImageSize(width: bits & 0x3FFF + 1, height: bits >> 14 & 0x3FFF + 1)
        }
        guard head.text(12, "VP8 "), head.big(23, 3) == 0x9D012A else { return nil }
        return head.size(head.little(26, 2).map { $0 & 0x3FFF }, head.little(28, 2).map { $0 & 0x3FFF })
    }

    /// ITU T.81 section B.1.1: segments, each with its length, up to the one with the frame's size.
    private static func jpeg(_ byteCount: Int, _ read: (Range<Int>) -> [UInt8]?) -> ImageSize? {
        var offset = 2, isTurned = false
        for _ in 0..<segmentsMax {
            guard offset + 4 <= byteCount, let bytes = read(offset..<min(byteCount, offset + pieceByteCount)) else {
                return nil
            }
            let segment = Bytes(bytes)
            guard bytes[0] == 0xFF, let marker = segment.big(1, 1) else { return nil }
            // Bytes to fill up with, and marks without content.
            if marker == 0xFF || marker == 0x01 || (0xD0...0xD8).contains(marker) {
                offset += marker == 0xFF ? 1 : 2
                continue
            }
            guard let length = segment.big(2, 2), length >= 2 else { return nil }
            switch marker {
            case 0xC4, 0xC8, 0xCC: break
            case 0xC0...0xCF:
                guard let height = segment.big(5, 2), let width = segment.big(7, 2) else { return nil }
                return isTurned
                    ? ImageSize(width: height, height: width) : ImageSize(width: width, height: height)
            case 0xD9, 0xDA: return nil
            case 0xE1 where segment.text(4, "Exif\0\0"):
                let end = min(byteCount, offset + 2 + length, offset + exifByteCountMax)
                if let exif = read(min(offset + 10, end)..<end) { isTurned = Self.isTurned(Bytes(exif)) }
            default: break
            }
            offset += 2 + length
        }
        return nil
    }

    /// Whether width and height change places: EXIF 2.32 section 4.6.4, the tag `Orientation` of the first directory.
    private static func isTurned(_ exif: Bytes) -> Bool {
        let isLittle = exif.text(0, "II")
        guard isLittle || exif.text(0, "MM") else { return false }
        func number(_ offset: Int, _ count: Int) -> Int? {
            isLittle ? exif.little(offset, count) : exif.big(offset, count)
        }
        guard let directory = number(4, 4), let count = number(directory, 2) else { return false }
        for index in 0..<min(count, 100) {
            let entry = directory + 2 + 12 * index
            if number(entry, 2) == 0x0112 { return (5...8).contains(number(entry + 8, 2) ?? 0) }
        }
        return false
    }

    /// Bytes of which none is read that is not there.
    private struct Bytes {
        private let bytes: [UInt8]

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        private func part(_ offset: Int, _ count: Int) -> ArraySlice<UInt8>? {
            guard offset >= 0, offset <= bytes.count - count else { return nil }
            return bytes[offset..<offset + count]
        }

        func text(_ offset: Int, _ text: StaticString) -> Bool {
            text.withUTF8Buffer { text in part(offset, text.count)?.elementsEqual(text) == true }
        }

        func big(_ offset: Int, _ count: Int) -> Int? {
            part(offset, count)?.reduce(0) { $0 << 8 | Int($1) }
        }

        func little(_ offset: Int, _ count: Int) -> Int? {
            part(offset, count)?.reversed().reduce(0) { $0 << 8 | Int($1) }
        }

        func size(_ width: Int?, _ height: Int?) -> ImageSize? {
            guard let width, let height else { return nil }
            return ImageSize(width: width, height: height)
        }
    }
}
