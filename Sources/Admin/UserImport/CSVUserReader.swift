internal import Base

/// A users file in CSV. Its first line names the columns, in any order; columns with other names are not looked at.
struct CSVUserReader: Sendable {
    private var records: CSVReader
    /// The field that each column holds.
    private var columns: [UserField?] = []

    init(_ bytes: [UInt8], from start: Int) throws(RowFault) {
        records = CSVReader(bytes, from: start, .users)
        guard let header = nextRecord() else { throw RowFault(line: 1, reason: .emptyFile) }
        let names = try Self.texts(header)
        for name in names {
            let field = UserField(rawValue: String(name.filter { $0 != " " && $0 != "\t" }).lowercased())
            if let field, columns.contains(field) {
                throw RowFault(line: header.line, reason: .repeatedColumn(field.rawValue))
            }
            columns.append(field)
        }
        guard [UserField.username, .email, .phone].contains(where: columns.contains) else {
            throw RowFault(line: header.line, reason: .headerNamesNobody)
        }
    }

    mutating func next() -> Result<ImportRow, RowFault>? {
        guard let record = nextRecord() else { return nil }
        do throws(RowFault) {
            return .success(try row(record))
        } catch {
            return .failure(error)
        }
    }

    private mutating func nextRecord() -> CSVRecord? {
        while let record = records.next() {
            if !record.isBlank { return record }
        }
        return nil
    }

    private func row(_ record: CSVRecord) throws(RowFault) -> ImportRow {
        let texts = try Self.texts(record)
        guard texts.count == columns.count else {
            throw RowFault(line: record.line, reason: .wrongFieldCount(expected: columns.count, found: texts.count))
        }
        var row = ImportRow(line: record.line)
        for (column, text) in zip(columns, texts) {
            if let column { row.set(column, to: text) }
        }
        return row
    }

    private static func texts(_ record: CSVRecord) throws(RowFault) -> [String] {
        if let fault = record.fault { throw RowFault(line: record.line, reason: RowFault.Reason(fault)) }
        guard record.fields.allSatisfy(isValidUTF8) else { throw RowFault(line: record.line, reason: .invalidUTF8) }
        return record.fields.map { String(decoding: $0, as: UTF8.self) }
    }
}

extension CSVForm {
    /// A users file: what is not as RFC 4180 has it was not made for this.
    fileprivate static let users = CSVForm(
        recordBytesMax: ImportLimits.rowBytesMax, fieldBytesMax: ImportLimits.fieldBytesMax,
        columnCountMax: ImportLimits.columnCountMax)
}

extension RowFault.Reason {
    fileprivate init(_ fault: CSVFault) {
        self =
            switch fault {
            case .tooManyColumns(let countMax): .tooManyColumns(countMax: countMax)
            case .rowTooLarge(let bytesMax): .rowTooLarge(bytesMax: bytesMax)
            case .fieldTooLarge(let bytesMax): .fieldTooLarge(bytesMax: bytesMax)
            case .nulCharacter: .nulCharacter
            case .unclosedQuote: .unclosedQuote
            case .misplacedQuote: .misplacedQuote
            case .strayCarriageReturn: .strayCarriageReturn
            }
    }
}
