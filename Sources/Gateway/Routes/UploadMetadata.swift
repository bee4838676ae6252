internal import Base
internal import Channels

/// What the sender of an upload says of it: the field Upload-Metadata of tus 1.0, pairs between commas, each a name
/// and, behind a space, its value in Base64.
struct UploadMetadata: Equatable, Sendable {
    /// As it was said.
    let text: String
    private let values: [String: [UInt8]]

    /// Bytes of the field: room for a long name and some more.
    static let bytesMax = 4_096

    /// `nil` when it is malformed, says something twice, or is too long.
    init?(parsing text: String) {
        guard text.utf8.count <= Self.bytesMax else { return nil }
        var values: [String: [UInt8]] = [:]
        for pair in text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: text.isEmpty) {
            let words = pair.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: true)
            guard let name = words.first, words.count <= 2, name.allSatisfy({ (0x21...0x7E).contains($0) }),
                let value = Base64.decode(words.count == 2 ? Array(words[1]) : []),
                values.updateValue(value, forKey: String(decoding: name, as: UTF8.self)) == nil
            else { return nil }
        }
        self.text = text
        self.values = values
    }

    /// What the file is called, also where that is not said; `nil` when it is no text.
    func name(bytesMax: Int) -> String? {
        guard let given = values["filename"] ?? values["name"] else { return FileName.clean("", bytesMax: bytesMax) }
        return String(validating: given, as: UTF8.self).map { FileName.clean($0, bytesMax: bytesMax) }
    }
}
