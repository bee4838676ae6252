/// Rows as RFC 4180 writes them.
enum CSVText {
    static func append(_ fields: [String], to csv: inout [UInt8]) {
        for (index, field) in fields.enumerated() {
            if index > 0 { csv.append(UInt8(ascii: ",")) }
            append(field, to: &csv)
        }
        csv += [0x0D, 0x0A]
    }

    private static func append(_ field: String, to csv: inout [UInt8]) {
        // A spreadsheet would take it for a formula, and run what somebody has written into their name.
        let isFormula = field.utf8.first.map { "=+-@\t\r".utf8.contains($0) } ?? false
        let text = isFormula ? "'" + field : field
        guard text.utf8.contains(where: { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") || $0 < 0x20 }) else {
            csv += text.utf8
            return
        }
        csv.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\"") { csv.append(byte) }
            csv.append(byte)
        }
        csv.append(UInt8(ascii: "\""))
    }
}
