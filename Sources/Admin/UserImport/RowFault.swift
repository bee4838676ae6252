public import Auth

/// Why a row of a users file, or the file from this line on, is not taken.
public struct RowFault: Error, Equatable, Sendable {
    /// Where the row begins, counted from 1.
    public var line: Int
    public var reason: Reason

    public init(line: Int, reason: Reason) {
        self.line = line
        self.reason = reason
    }

    public enum Reason: Equatable, Sendable {
        // The file as a whole
        case emptyFile
        case jsonArray
        case fileTooLarge(bytesMax: Int)
        case headerNamesNobody
        case repeatedColumn(String)
        case tooManyColumns(countMax: Int)

        // The form of a row
        case rowTooLarge(bytesMax: Int)
        case fieldTooLarge(bytesMax: Int)
        case invalidUTF8
        case nulCharacter
        case unclosedQuote
        case misplacedQuote
        case strayCarriageReturn
        case wrongFieldCount(expected: Int, found: Int)
        case invalidJSON
        case notAnObject
        case repeatedMember
        case notText(field: String)

        // What a row says
        case noName
        case badName(field: String, NameFault)
        case badPassword(PasswordFault)
        case passwordAndHash
        case badHash
        case foreignHash
        case unknownRole
    }
}
