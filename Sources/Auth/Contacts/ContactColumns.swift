internal import Base

/// The header of a contacts file in CSV: which of its columns hold what, by the names that address books give them.
struct ContactColumns: Sendable {
    enum Field: Sendable, Equatable {
        case name, prefix, given, middle, family, suffix, organization, email, phone
    }

    private let fields: [Field?]
    private let form: CSVForm
    /// Behind the header.
    let end: (offset: Int, line: Int64)

    /// - Throws: when no line names a column that holds addresses.
    init(start bytes: [UInt8], from begin: Int, isWhole: Bool) throws(ContactFileFault) {
        var form = CSVForm(
            recordBytesMax: Self.recordBytesMax, fieldBytesMax: Self.fieldBytesMax, columnCountMax: Self.columnsMax)
        form.takesInnerQuotes = true
        form.stopsAtBounds = true
        form.endsByReturn = Self.endsByReturn(bytes[begin...])
        var offset = begin, line: Int64 = 1
        if let named = Self.namedSeparator(bytes[begin...], form) {
            form.separator = named.separator
            offset += named.byteCount
            line += 1
        } else {
            form.separator =
                Self.separators.max { one, other in
                    Self.known(bytes, offset, form, one) < Self.known(bytes, offset, form, other)
                } ?? form.separator
        }
        var reader = CSVReader(bytes, from: offset, form, goesOn: !isWhole, line: Int(line))
        var found = reader.next()
        while found?.isBlank == true { found = reader.next() }
        guard let header = found else {
            throw ContactFileFault("no_header", "The first line, which names the columns, does not end.")
        }
        if let fault = header.fault {
            throw ContactFileFault(fault.code, "In the first line: \(fault.detail)")
        }
        fields = header.fields.map { Self.field(named: $0) }
        guard fields.contains(.email) || fields.contains(.phone) else {
            throw ContactFileFault(
                "no_header", "The first line names no column with e-mail addresses or phone numbers.")
        }
        self.form = form
        end = (reader.position, Int64(reader.line))
    }

    /// Bytes of a row and of a field, whose longest may be a note; and columns: Google writes 90.
    static let recordBytesMax = 64 << 10
    static let fieldBytesMax = 16 << 10
    static let columnsMax = 512

    private static let separators = ",;\t|".utf8.map { $0 }

    /// Programs that know of no other way say in a line `sep=;` what stands between fields.
    private static func namedSeparator(
        _ bytes: ArraySlice<UInt8>, _ form: CSVForm
    ) -> (separator: UInt8, byteCount: Int)? {
        guard bytes.prefix(4).map(\.lowerCase).elementsEqual("sep=".utf8), bytes.count > 5 else { return nil }
        let end = bytes[(bytes.startIndex + 5)...].prefix(2).firstIndex(of: form.endsByReturn ? 13 : 10)
        return end.map { (bytes[bytes.startIndex + 4], $0 + 1 - bytes.startIndex) }
    }

    /// How many names of the header are known when it is read with a separator.
    private static func known(_ bytes: [UInt8], _ offset: Int, _ form: CSVForm, _ separator: UInt8) -> Int {
        var form = form
        form.separator = separator
        var reader = CSVReader(bytes, from: offset, form)
        while let record = reader.next() {
            if !record.isBlank { return record.fields.count { field(named: $0) != nil } }
        }
        return 0
    }

    private static func endsByReturn(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let first = bytes.firstIndex(where: { $0 == 10 || $0 == 13 }), bytes[first] == 13 else { return false }
        return first + 1 < bytes.endIndex && !bytes[first...].contains(10)
    }

    // MARK: Names of columns

    /// What a column holds by its name, whatever its case, and with neither spaces nor signs.
    static func field(named name: [UInt8]) -> Field? {
        let plain = String(decoding: name, as: UTF8.self).lowercased().unicodeScalars
            .filter { $0.properties.isAlphabetic || $0.properties.numericType != nil }
        var word = String(String.UnicodeScalarView(plain))
        if let field = names[word] { return field }
        word.removeAll { $0.isNumber }
        if let field = names[word] { return field }
        // Google and Yahoo name what is beside an address as well: its type and its label.
        for (field, starts) in [(Field.email, mailStarts), (.phone, phoneStarts)] {
            for start in starts where word.hasPrefix(start) {
                let rest = word.dropFirst(start.count)
                if ["", "value", "address", "number", "home", "work", "mobile"].contains(rest) { return field }
            }
        }
        return nil
    }

    private static let mailStarts = ["email", "mail"]
    private static let phoneStarts = ["phone", "telephone", "mobile", "cell", "tel"]

    private static let names: [String: Field] = {
        let table: [(Field, String)] = [
            (.name, "name fullname displayname contact contactname fn nom nombre nome имя 姓名 名前"),
            (.prefix, "title nameprefix prefix"),
            (.given, "firstname givenname given first vorname prénom prenom nombredepila"),
            (.middle, "middlename additionalname middle"),
            (.family, "lastname familyname surname family last nachname nomdefamille apellido apellidos cognome"),
            (.suffix, "namesuffix suffix"),
            (.organization, "company organization organisation organizationname org firma"),
            (
                .email,
                "email emailaddress mail emails homeemail workemail personalemail primaryemail emailprivat "
                    + "correo correoelectronico courriel adressemail posta 邮箱 メール"
            ),
            (
                .phone,
                "phone phonenumber telephone telephonenumber tel mobile mobilephone mobilenumber cell cellphone "
                    + "homephone workphone businessphone primaryphone otherphone companymainphone carphone msisdn "
                    + "telefon telefonnummer handy mobil téléphone telephoneportable teléfono telefono móvil movil "
                    + "telefone celular cellulare телефон 电话 电話"
            ),
        ]
        var names: [String: Field] = [:]
        for (field, words) in table {
            for word in words.split(separator: " ") { names[String(word)] = field }
        }
        return names
    }()

    // MARK: Rows

    /// Rows of a piece, as `ContactFileReader.read` has it.
    func read(
        _ piece: [UInt8], isLast: Bool, isFull: Bool, atMost count: Int, _ place: inout ContactFileReader.Place,
        _ slice: inout ContactFileReader.Slice, _ dialling: DiallingCode?
    ) {
        let start = place.offset
        var begin = 0
        if place.isInside {
            guard let end = piece.firstIndex(of: form.lineEnd) else {
                place.offset += piece.count
                return
            }
            begin = end + 1
            place = ContactFileReader.Place(offset: start + begin, number: place.number + 1)
        }
        var reader = CSVReader(piece, from: begin, form, goesOn: !isLast && !isFull, line: Int(place.number))
        while slice.rowCount < count, let record = reader.next() {
            let line = Int64(record.line)
            if let fault = record.fault {
                slice.fail(line, fault.code, fault.detail)
                if reader.hasLostPlace { place.isInside = !reader.skipLine() }
            } else if !record.isBlank {
                add(record, line, to: &slice, dialling)
            }
            place.offset = start + reader.position
            place.number = Int64(reader.line)
        }
    }

    private func add(
        _ record: CSVRecord, _ line: Int64, to slice: inout ContactFileReader.Slice, _ dialling: DiallingCode?
    ) {
        // Some programs write a separator behind the last field as well.
        guard record.fields.dropFirst(fields.count).allSatisfy(\.isEmpty) else {
            return slice.fail(
                line, "wrong_field_count", "The row has \(record.fields.count) fields, the first line \(fields.count).")
        }
        var row = ContactRow(number: line), parts: [Field: String] = [:]
        for case (let field?, let bytes) in zip(fields, record.fields) {
            guard let text = String(validating: bytes, as: UTF8.self) else {
                return slice.fail(line, "invalid_utf8", "The row is not UTF-8.")
            }
            switch field {
            // Google writes several values of one kind into one field.
            case .email: for one in text.split(separator: ":::") { row.add(email: one.trimmed) }
            case .phone: for one in text.split(separator: ":::") { row.add(phone: one.trimmed) }
            default: if parts[field, default: ""].isEmpty { parts[field] = text[...].trimmed }
            }
        }
        let whole = parts[.name] ?? ""
        let said = [Field.prefix, .given, .middle, .family, .suffix].map { parts[$0] ?? "" }
        // A column `Name` beside one with the family's is the first name.
        if whole.isEmpty || !(parts[.family] ?? "").isEmpty && (parts[.given] ?? "").isEmpty {
            row.take(names: whole.isEmpty ? said : [said[0], whole, said[2], said[3], said[4]])
        } else {
            row.name = whole
        }
        if row.name.isEmpty { row.name = parts[.organization] ?? "" }
        slice.add(row, dialling: dialling)
    }
}

extension Substring {
    /// Without spaces around it.
    var trimmed: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}

extension CSVFault {
    /// A stable name.
    fileprivate var code: String {
        switch self {
        case .tooManyColumns: "too_many_columns"
        case .rowTooLarge: "row_too_large"
        case .fieldTooLarge: "field_too_large"
        case .nulCharacter: "nul_character"
        case .unclosedQuote: "unclosed_quote"
        case .misplacedQuote: "misplaced_quote"
        case .strayCarriageReturn: "stray_carriage_return"
        }
    }

    fileprivate var detail: String {
        switch self {
        case .tooManyColumns(let countMax): "There are more than \(countMax) columns."
        case .rowTooLarge(let bytesMax): "The row has more than \(bytesMax) bytes; perhaps a quote is not closed."
        case .fieldTooLarge(let bytesMax): "A field has more than \(bytesMax) bytes; perhaps a quote is not closed."
        case .nulCharacter: "The row contains a NUL character."
        case .unclosedQuote: "A quote that opens in this row is never closed; reading went on with the next line."
        case .misplacedQuote: "Something stands behind a closing quote; reading went on with the next line."
        case .strayCarriageReturn: "A carriage return stands alone outside quotes."
        }
    }
}
