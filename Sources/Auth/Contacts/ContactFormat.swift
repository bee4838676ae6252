internal import Base

/// What kinds of contacts files are read.
public enum ContactFormat: String, Sendable, CaseIterable {
    case csv, vcard, json

    /// What a `Content-Type` says; `nil` where it says nothing of use.
    public init?(contentType: String) {
        let type = contentType.lowercased().prefix { $0 != ";" && $0 != " " }
        switch type {
        case "text/csv", "application/csv", "text/comma-separated-values", "text/tab-separated-values",
            "application/vnd.ms-excel":
            self = .csv
        case "text/vcard", "text/x-vcard", "text/directory", "application/vcard": self = .vcard
        case "application/json", "text/json", "application/x-ndjson", "application/jsonl": self = .json
        default: return nil
        }
    }

    /// What the first bytes look like: a JSON text, a card, else columns.
    init(start bytes: [UInt8]) {
        let text = bytes.drop { $0.isBlankOrLineEnd }
        switch text.first {
        case UInt8(ascii: "["), UInt8(ascii: "{"): self = .json
        default: self = text.prefix(11).map(\.lowerCase).elementsEqual("begin:vcard".utf8) ? .vcard : .csv
        }
    }
}

extension UInt8 {
    /// ASCII letters in lower case, and everything else as it is.
    var lowerCase: UInt8 { isASCIILetter ? self | 0x20 : self }
}

/// Why a file is not read at all, in the words of a job's fault.
public struct ContactFileFault: Error, Equatable, Sendable {
    public var code: String
    public var detail: String

    init(_ code: String, _ detail: String) {
        self.code = code
        self.detail = detail
    }

    public var fault: Job.Fault { Job.Fault(code: code, detail: detail) }
}
