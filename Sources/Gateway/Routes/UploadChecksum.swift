internal import Auth
internal import Base

/// The hash that the sender of a piece says it has: the field Upload-Checksum of tus 1.0.
struct UploadChecksum: Equatable, Sendable {
    let kind: RunningDigest.Kind
    let value: [UInt8]

    /// The names of what can be checked, as `Tus-Checksum-Algorithm` has them.
    static let names = RunningDigest.Kind.allCases.map(\.rawValue).joined(separator: ",")

    /// `nil` when it is malformed, or of a hash that is not known here.
    init?(parsing text: String) {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 2, let kind = RunningDigest.Kind(rawValue: String(words[0])),
            let value = Base64.decode(Array(words[1].utf8)), value.count == kind.byteCount
        else { return nil }
        self.kind = kind
        self.value = value
    }
}
