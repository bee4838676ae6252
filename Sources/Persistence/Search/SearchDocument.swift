internal import Base
internal import CSQLite
internal import Channels

/// What the index is given of a message, and what it is asked: bytes in parts, each begun by a control character that
/// says how it is read. What a person has written stands last and is read to the end, so that nothing in it can be
/// taken for another part.
enum SearchDocument {
    /// One word as it is, with the mark before it: where, by whom, which tag.
    static let key: UInt8 = 1
    /// A file's name, whose words have the mark before them.
    static let file: UInt8 = 2
    /// A text, to the end.
    static let text: UInt8 = 3
    /// What is asked: words as they are, between spaces.
    static let asked: UInt8 = 4

    // MARK: Making

    static func make(of message: Message) -> [UInt8] {
        var document: [UInt8] = []
        document.reserveCapacity(message.text.count + 48)
        document += word(for: message.channel) + word(for: message.sender)
        for tag in SearchTags.all(of: message) { document += word(forTag: SearchTags.fold(tag)) }
        if !message.isPlain {
            for case let name? in message.details.attachments.map(\.name) {
                document.append(file)
                document += name.utf8.map { $0 < 0x20 ? 0x20 : $0 }
            }
        }
        document.append(text)
        document += message.text
        return document
    }

    static func word(for channel: ChannelID) -> [UInt8] { [key] + "c\(channel.rawValue)".utf8 }
    static func word(for sender: UserID) -> [UInt8] { [key] + "u\(sender.rawValue)".utf8 }
    static func word(forTag folded: [UInt8]) -> [UInt8] { [key, UInt8(ascii: "t")] + folded }

    /// A phrase as the language of FTS5 has it. A word holds neither a quotation mark nor a space.
    /// - Parameter isName: it is looked for in the names of files.
    static func phrase(_ phrase: SearchQuery.Phrase, isName: Bool = false) -> [UInt8] {
        let terms = isName ? phrase.terms.map { [file] + $0 } : phrase.terms
        return quoted(Array(terms.joined(separator: [0x20]))) + (phrase.isPrefix ? Array(" *".utf8) : [])
    }

    static func quoted(_ words: [UInt8]) -> [UInt8] {
        [0x22, asked] + words.filter { $0 != 0x22 && $0 != 0 } + [0x22]
    }

    // MARK: Reading

    /// Hands over one word after the other, until one is not taken; what that said is the answer.
    static func terms(of bytes: [UInt8], _ take: ([UInt8]) -> CInt) -> CInt {
        var place = 0
        while place < bytes.count {
            let mark = bytes[place]
            let end =
                mark == key || mark == file
                ? bytes[(place + 1)...].firstIndex { $0 < 0x05 } ?? bytes.count : bytes.count
            let code: CInt
            switch mark {
            case key: code = take(Array(bytes[place..<end]))
            case file: code = words(of: bytes, in: place + 1..<end, after: [file], take)
            case asked: code = each(of: bytes[(place + 1)...], take)
            default: code = words(of: bytes, in: (mark == text ? place + 1 : place)..<end, after: [], take)
            }
            guard code == SQLITE_OK else { return code }
            place = end
        }
        return SQLITE_OK
    }

    private static func words(
        of bytes: [UInt8], in range: Range<Int>, after mark: [UInt8], _ take: ([UInt8]) -> CInt
    ) -> CInt {
        var words = SearchWords(bytes, in: range)
        while words.next() {
            let code = take(mark.isEmpty ? words.term : mark + words.term)
            guard code == SQLITE_OK else { return code }
        }
        return SQLITE_OK
    }

    private static func each(of bytes: ArraySlice<UInt8>, _ take: ([UInt8]) -> CInt) -> CInt {
        for word in bytes.split(separator: 0x20) {
            let code = take(Array(word))
            guard code == SQLITE_OK else { return code }
        }
        return SQLITE_OK
    }
}
