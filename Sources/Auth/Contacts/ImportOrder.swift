internal import Base

/// What an import is given to do: a file of the user's own, and how it is to be read.
public struct ImportOrder: Sendable, Equatable {
    public static let kind: JobKind = "contacts.import"

    /// The file's id.
    public var file: String
    /// `nil` where its bytes have to tell.
    public var format: ContactFormat?
    /// The country of phone numbers that name none.
    public var dialling: DiallingCode?

    public init(file: String, format: ContactFormat?, dialling: DiallingCode?) {
        self.file = file
        self.format = format
        self.dialling = dialling
    }

    public var payload: [UInt8] {
        JSONWriter.object { json in
            json.member("file", file)
            json.member("format", orNull: format?.rawValue)
            json.member("dialling", orNull: dialling?.digits)
        }
    }

    public init?(payload: [UInt8]) {
        guard let root = try? JSONDocument(parsing: payload).root, let file = root["file"]?.string else { return nil }
        self.file = file
        format = root["format"]?.string.flatMap { ContactFormat(rawValue: $0) }
        dialling = root["dialling"]?.string.flatMap { DiallingCode($0) }
    }
}
