import Admin

/// Everything a users file gives, rows and faults in their order.
func read(_ bytes: [UInt8]) throws(RowFault) -> [Result<ImportRow, RowFault>] {
    Array(try UserFileReader(bytes))
}

func read(_ text: String) throws(RowFault) -> [Result<ImportRow, RowFault>] { try read(Array(text.utf8)) }

extension Result where Success == ImportRow, Failure == RowFault {
    var row: ImportRow? { try? get() }

    var fault: RowFault? {
        guard case .failure(let fault) = self else { return nil }
        return fault
    }

    /// What a test wants to see at a glance: `line:username` of a row, `line!` of a fault.
    var glance: String {
        switch self {
        case .success(let row): "\(row.line):\(row.username ?? "-")"
        case .failure(let fault): "\(fault.line)!"
        }
    }
}
