import Base

@testable import Auth

/// What a file comes to when it is read in pieces of so many bytes, or as a whole.
func readContacts(
    _ bytes: [UInt8], as format: ContactFormat? = nil, country: String? = nil, piece: Int = .max, atMost: Int = 100
) throws -> ContactFileReader.Slice {
    let start = Array(bytes.prefix(ContactFileReader.startBytesMax))
    var reader = try ContactFileReader(
        start: start, isWhole: start.count == bytes.count, format: format,
        dialling: country.flatMap { DiallingCode($0) })
    var all = ContactFileReader.Slice(), size = piece
    while reader.place.offset < bytes.count {
        let begin = reader.place.offset, end = min(begin + min(size, bytes.count), bytes.count)
        let slice = reader.read(Array(bytes[begin..<end]), isLast: end == bytes.count, atMost: atMost)
        all.contacts += slice.contacts
        all.faults += slice.faults
        all.failed += slice.failed
        if slice.rowCount == 0, end == bytes.count { break }
        size = reader.place.offset == begin ? size * 2 : piece
    }
    return all
}

func readContacts(_ text: String, as format: ContactFormat? = nil, country: String? = nil) throws
    -> ContactFileReader.Slice
{
    try readContacts(Array(text.utf8), as: format, country: country)
}

extension ContactFileReader.Slice {
    /// `2:Ann a@x.org +491` for each contact, `3!code` for each fault.
    var glances: [String] {
        contacts.map { ["\($0.number):\($0.name ?? "-")"] + $0.addresses }.map { $0.joined(separator: " ") }
            + faults.map { "\($0.row)!\($0.code)" }
    }
}
