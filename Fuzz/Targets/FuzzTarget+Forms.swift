internal import Base
internal import Channels

@testable import Wire

extension FuzzTarget {
    /// A form with files; the first byte chooses into what pieces it is cut.
    static let multipart = FuzzTarget("multipart", bytesMax: 1_024) { input throws(BrokenPromise) in
        let (choice, rest) = input.choiceAndRest
        let whole = try FormTrace(of: rest, cutEvery: .max), cut = try FormTrace(of: rest, cutEvery: Int(choice) + 1)
        try promise(whole == cut, "a form is understood the same however it is cut")
        try promise(whole.byteCount <= rest.count, "no more data comes out than went in")
        if whole.isWhole { try promise(whole.violation == nil, "what is whole is not refused") }
    }

    /// The field Content-Disposition.
    static let contentDisposition = FuzzTarget("content-disposition", bytesMax: 256) { input throws(BrokenPromise) in
        let text = String(decoding: input, as: UTF8.self)
        for name in [ContentDisposition(parsing: text)?.filename, text] {
            guard let name else { continue }
            let written = ContentDisposition(kind: "attachment", filename: name).description
            try promise(written.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }, "a field that is written is plain")
            try promise(
                ContentDisposition(parsing: written)?.filename == name, "a name that is written again is read the same")
            let shown = FileName.clean(name, bytesMax: 32)
            try promise((1...32).contains(shown.utf8.count), "a name that is shown has a length within its bound")
            try promise(
                !shown.utf8.contains { $0 < 0x20 || $0 == UInt8(ascii: "/") }, "a name that is shown is no path")
            try promise(FileName.clean(shown, bytesMax: 32) == shown, "what has been cleaned is clean")
        }
    }

    /// The first bytes of a file; the first of them says whether it has no more.
    static let contentSignature = FuzzTarget("content-signature", bytesMax: 256) { input throws(BrokenPromise) in
        let (choice, rest) = input.choiceAndRest
        let bytes = rest, type = ContentSignature.contentType(of: bytes, isWhole: choice & 1 == 0)
        try promise(type.split(separator: "/").count == 2, "everything has a type")
        try promise(!type.contains("html") && !type.contains("xml") && !type.contains("script"), "nothing is to be run")
    }
}

/// What a reader makes of a form.
private struct FormTrace: Equatable {
    private var words: [String] = []
    private var data: [UInt8] = []
    private(set) var byteCount = 0
    private(set) var violation: Int?
    private(set) var isWhole = false

    init(of form: [UInt8], cutEvery size: Int) throws(BrokenPromise) {
        guard var reader = MultipartReader(contentType: "multipart/form-data; boundary=b") else {
            throw BrokenPromise(what: "a boundary of one letter is one")
        }
        var rest = form[...]
        do throws(HTTPViolation) {
            while true {
                if let event = try reader.nextEvent() {
                    note(event)
                } else if rest.isEmpty {
                    break
                } else {
                    reader.receive(Array(rest.prefix(size)))
                    rest = rest.dropFirst(size)
                }
            }
            isWhole = reader.isWhole
        } catch {
            violation = error.status
            // How much of a part's data was told before the fault depends on the cuts.
            data = []
            byteCount = 0
        }
    }

    private mutating func note(_ event: MultipartReader.Event) {
        switch event {
        case .part(let part): words.append("part \(part)")
        case .data(let bytes):
            data += bytes
            byteCount += bytes.count
        case .partEnd:
            words.append(String(decoding: data, as: UTF8.self))
            data = []
        case .end: words.append("end")
        }
    }
}
