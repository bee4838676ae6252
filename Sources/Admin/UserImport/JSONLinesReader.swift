internal import Base

/// A users file with one JSON object on each line. Members with other names are not looked at.
struct JSONLinesReader: Sendable {
    private let bytes: [UInt8]
    private var position: Int
    private var line = 0

    init(_ bytes: [UInt8], from start: Int) {
        self.bytes = bytes
        position = start
    }

    mutating func next() -> Result<ImportRow, RowFault>? {
        while position < bytes.count {
            let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            let text = bytes[position..<end]
            position = end + 1
            line += 1
            if !text.allSatisfy(\.isBlankOrLineEnd) { return row(text) }
        }
        return nil
    }

    private func row(_ text: ArraySlice<UInt8>) -> Result<ImportRow, RowFault> {
        do throws(RowFault) {
            return .success(try read(text))
        } catch {
            return .failure(error)
        }
    }

    private func read(_ text: ArraySlice<UInt8>) throws(RowFault) -> ImportRow {
        guard text.count <= ImportLimits.rowBytesMax else {
            throw fault(.rowTooLarge(bytesMax: ImportLimits.rowBytesMax))
        }
        let object = try parse(Array(text))
        guard object.isObject else { throw fault(.notAnObject) }
        var row = ImportRow(line: line)
        for (name, value) in object.members {
            guard let field = UserField(rawValue: name), !value.isNull else { continue }
            guard let text = value.string else { throw fault(.notText(field: field.rawValue)) }
            guard text.utf8.count <= ImportLimits.fieldBytesMax else {
                throw fault(.fieldTooLarge(bytesMax: ImportLimits.fieldBytesMax))
            }
            row.set(field, to: text)
        }
        return row
    }

    private func parse(_ text: [UInt8]) throws(RowFault) -> JSONElement {
        do throws(JSONError) {
            return try JSONDocument(parsing: text).root
        } catch {
            switch error {
            case .invalidUTF8: throw fault(.invalidUTF8)
            case .nulCharacter: throw fault(.nulCharacter)
            case .duplicateMember: throw fault(.repeatedMember)
            case .unexpectedByte, .unexpectedEnd, .trailingBytes, .tooDeep, .loneSurrogate, .tooLarge:
                throw fault(.invalidJSON)
            }
        }
    }

    private func fault(_ reason: RowFault.Reason) -> RowFault { RowFault(line: line, reason: reason) }
}
