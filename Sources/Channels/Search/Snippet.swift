public import Base

/// A piece of a text around what was found in it, cut into what matches and what does not. Plain text, and so safe: who
/// shows it decides how a match looks.
public struct Snippet: Equatable, Sendable {
    public struct Piece: Equatable, Sendable {
        public var text: String
        public var isMatch: Bool

        public init(_ text: String, isMatch: Bool = false) {
            self.text = text
            self.isMatch = isMatch
        }
    }

    public private(set) var pieces: [Piece] = []

    /// Bytes of a text that are shown, and of them before the first match.
    static let bytesMax = 240
    static let leadBytesMax = 60

    /// - Parameter ranges: of the matches, in bytes, ascending.
    public init(of text: [UInt8], _ ranges: [Range<Int>]) {
        let first = ranges.first?.lowerBound ?? 0
        var start = 0
        if text.count > Self.bytesMax, first > Self.leadBytesMax {
            start = min(first, Self.wordStart(in: text, from: first - Self.leadBytesMax, to: first))
        }
        let end =
            start + Self.bytesMax >= text.count ? text.count : Self.characterEnd(in: text, at: start + Self.bytesMax)
        if start > 0 { add("…") }
        var place = start
        for range in ranges where range.lowerBound >= place && range.lowerBound < end {
            let last = min(range.upperBound, end)
            add(String(decoding: text[place..<range.lowerBound], as: UTF8.self))
            add(String(decoding: text[range.lowerBound..<last], as: UTF8.self), isMatch: true)
            place = last
        }
        add(String(decoding: text[place..<end], as: UTF8.self))
        if end < text.count { add("…") }
    }

    private mutating func add(_ text: String, isMatch: Bool = false) {
        if text.isEmpty { return }
        if let last = pieces.last, !last.isMatch, !isMatch {
            pieces[pieces.count - 1].text += text
        } else {
            pieces.append(Piece(text, isMatch: isMatch))
        }
    }

    /// Behind a space near the place, or at the beginning of a character.
    private static func wordStart(in text: [UInt8], from place: Int, to end: Int) -> Int {
        if let space = text[place..<min(end, place + leadBytesMax / 2)].firstIndex(of: UInt8(ascii: " ")) {
            return space + 1
        }
        return characterStart(in: text, at: place)
    }

    private static func characterStart(in text: [UInt8], at place: Int) -> Int {
        var place = place
        while place < text.count, text[place] & 0xC0 == 0x80 { place += 1 }
        return place
    }

    private static func characterEnd(in text: [UInt8], at place: Int) -> Int {
        var place = place
        while place > 0, text[place] & 0xC0 == 0x80 { place -= 1 }
        return place
    }

    public func write(to json: inout JSONWriter) {
        json.array("snippet") { json in
            for piece in pieces {
                json.object { json in
                    json.member("text", piece.text)
                    json.member("match", piece.isMatch)
                }
            }
        }
    }
}
