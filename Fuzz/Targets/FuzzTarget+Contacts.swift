internal import Auth
internal import Base

extension FuzzTarget {
    /// A user's file of contacts: the first byte says of which kind, and how it is cut.
    static let contactsFile = FuzzTarget("contacts-file", bytesMax: 2048) { input throws(BrokenPromise) in
        guard let first = input.first else { return }
        let formats: [ContactFormat?] = [.csv, .vcard, .json, nil]
        let bytes = Array(input.dropFirst()), format = formats[Int(first & 3)]
        guard let whole = try contacts(bytes, format, piece: .max) else { return }
        try promise(whole.rowCount <= bytes.count, "a file has no more rows than bytes")
        var last: Int64 = 0
        for contact in whole.contacts {
            try promise(contact.number > last, "rows come in their order")
            try promise(!contact.addresses.isEmpty, "a contact has an address")
            try promise(contact.name?.isEmpty != true, "a name is not empty")
            last = contact.number
        }
        for fault in whole.faults {
            try promise(fault.row > 0 && !fault.code.isEmpty && !fault.detail.isEmpty, "a fault is explained")
        }
        try promise(whole.faults.count >= whole.failed, "what came to nothing has a fault")
        let cut = try contacts(bytes, format, piece: 1 + Int(first >> 2))
        try promise(cut == whole, "a file is the same however it is cut")
    }

    private static func contacts(
        _ bytes: [UInt8], _ format: ContactFormat?, piece: Int
    ) throws(BrokenPromise) -> ContactFileReader.Slice? {
        guard
            var reader = try? ContactFileReader(start: bytes, isWhole: true, format: format, dialling: nil)
        else { return nil }
        var all = ContactFileReader.Slice(), size = min(piece, bytes.count)
        while reader.place.offset < bytes.count {
            let begin = reader.place.offset, end = min(begin + size, bytes.count)
            let slice = reader.read(Array(bytes[begin..<end]), isLast: end == bytes.count, atMost: 50)
            try promise(reader.place.offset >= begin, "reading goes forwards")
            all.contacts += slice.contacts
            all.faults += slice.faults
            all.failed += slice.failed
            if slice.rowCount == 0, end == bytes.count { break }
            size = reader.place.offset == begin ? size * 2 : min(piece, bytes.count)
        }
        return all
    }
}
