internal import Auth

extension RowFault {
    /// One sentence for the operator. It never repeats what stands in the file beyond the name of a column.
    public var detail: String {
        switch reason {
        case .emptyFile: "The file has no rows."
        case .jsonArray: "The file is one JSON array; write each user as an object on a line of its own."
        case .fileTooLarge(let bytesMax): "The file has more than \(bytesMax) bytes; split it."
        case .headerNamesNobody: "The first line names none of the columns username, email and phone."
        case .repeatedColumn(let name): "The column \(name) stands twice in the first line."
        case .tooManyColumns(let countMax): "There are more than \(countMax) columns."
        case .rowTooLarge(let bytesMax): "The row has more than \(bytesMax) bytes; perhaps a quote is not closed."
        case .fieldTooLarge(let bytesMax): "A field has more than \(bytesMax) bytes."
        case .invalidUTF8: "The row is not UTF-8."
        case .nulCharacter: "The row contains a NUL character."
        case .unclosedQuote: "A quote that opens in this row is never closed; nothing after it was read."
        case .misplacedQuote: "A quote stands inside a field where none can; nothing after it was read."
        case .strayCarriageReturn: "A carriage return stands alone outside quotes."
        case .wrongFieldCount(let expected, let found): "The row has \(found) fields, the first line \(expected)."
        case .invalidJSON: "The line is not JSON."
        case .notAnObject: "The line is JSON, but no object."
        case .repeatedMember: "A member stands twice in the object."
        case .notText(let field): "The member \(field) is not a string."
        case .noName: "The row has no username, email or phone."
        case .badName(let field, let fault): "\(field): \(fault.detail)"
        case .badPassword(let fault): fault.detail
        case .passwordAndHash: "The row has both a password and a password_hash; leave one out."
        case .badHash:
            "The password_hash is damaged, asks for more work than this server does, or needs libcrypt, which is not "
                + "there."
        case .foreignHash:
            "The password_hash is of a kind that is not read here ($scrypt$, scrypt:, pbkdf2:sha256:, pbkdf2_sha256$ "
                + "and $2b$ are); leave it out and let the user set a new password."
        case .unknownRole:
            "The role is none of \(Role.builtIn.map(\.name).joined(separator: ", ")), or of those that were made."
        }
    }
}
