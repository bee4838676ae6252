internal import Auth
internal import Base

@testable import Channels
@testable import Gateway

extension FuzzTarget {
    /// An image's head; what is looked at of it is bounded, whatever it claims.
    static let imageHead = FuzzTarget("image-head", bytesMax: 2_048) { input throws(BrokenPromise) in
        var readCount = 0, isWithin = true, most = 0
        let size = ImageHead.size(byteCount: input.count) { range in
            readCount += 1
            most = max(most, range.count)
            isWithin = isWithin && range.lowerBound >= 0 && range.upperBound <= input.count
            return isWithin ? Array(input[range]) : nil
        }
        try promise(isWithin, "nothing is read that is not there")
        try promise(most <= 4_096 && readCount <= 402, "a head is a small part of an image")
        guard let size else { return }
        try promise(size.width > 0 && size.height > 0, "an image has points")
        try promise(size.pixelCount >= max(size.width, size.height), "there are no fewer points than in a row")
        let more = ImageHead.size(byteCount: input.count + 100) {
            Array((input + [UInt8](repeating: 0, count: 100))[$0])
        }
        try promise(more == size, "what stands behind the head does not matter")
    }

    /// The fields of a resumable upload: metadata on the first line, on the second a checksum.
    static let uploadFields = FuzzTarget("upload-fields", bytesMax: 512) { input throws(BrokenPromise) in
        let lines = input.split(separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
        let text = String(decoding: lines.first ?? [], as: UTF8.self)
        if let metadata = UploadMetadata(parsing: text) {
            try promise(metadata.text == text, "it is told again as it was said")
            try promise(text.utf8.allSatisfy { (0x20...0x7E).contains($0) }, "it can stand in a field")
            if let name = metadata.name(bytesMax: 32) {
                try promise((1...32).contains(name.utf8.count), "a name has a length within its bound")
                try promise(
                    !name.utf8.contains { $0 < 0x20 || $0 == UInt8(ascii: "/") }, "a name is no path")
            }
        }
        guard lines.count == 2 else { return }
        let said = String(decoding: lines[1], as: UTF8.self)
        guard let checksum = UploadChecksum(parsing: said) else { return }
        try promise(checksum.value.count == checksum.kind.byteCount, "a checksum is as long as its kind has it")
        let written = "\(checksum.kind.rawValue) \(Base64.encode(checksum.value))"
        try promise(UploadChecksum(parsing: written) == checksum, "a checksum that is written again is read the same")
    }
}
