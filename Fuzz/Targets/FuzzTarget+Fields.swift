internal import Base

@testable import Wire

extension FuzzTarget {
    /// The field Range; the first byte chooses how much there is.
    static let byteRange = FuzzTarget("byte-range", bytesMax: 128) { input throws(BrokenPromise) in
        let (choice, rest) = input.choiceAndRest
        let sizes = [0, 1, 2, 100, Int.max]
        let size = sizes[Int(choice) % sizes.count], field = String(decoding: rest, as: UTF8.self)
        let range = ByteRange(field, of: size)
        for other in sizes where size > 0 && other > 0 {
            try promise(
                (ByteRange(field, of: other) == .whole) == (range == .whole),
                "whether a field is understood depends on the field alone")
        }
        guard case .part(let part) = range else { return }
        try promise(!part.isEmpty && part.lowerBound >= 0 && part.upperBound <= size, "a part is there, and not empty")
        let written = "bytes=\(part.lowerBound)-\(part.upperBound - 1)"
        try promise(ByteRange(written, of: size) == range, "a part that is written again is read the same")
        if part.upperBound == size {
            try promise(ByteRange("bytes=-\(part.count)", of: size) == range, "an end can be asked for by its length")
            try promise(ByteRange("bytes=\(part.lowerBound)-", of: size) == range, "an end can be left open")
        }
    }

    /// A list of entity tags, as If-Match and If-None-Match hold it.
    static let entityTags = FuzzTarget("entity-tags", bytesMax: 256) { input throws(BrokenPromise) in
        let text = String(decoding: input, as: UTF8.self)
        let list = EntityTagList(text)
        if let tag = EntityTag(parsing: text) {
            try promise(tag.description == text && list == .tags([tag]), "one tag alone is a list of one")
        }
        guard case .tags(let tags) = list else {
            return try promise(list.contains { _ in false }, "a star means whatever there is")
        }
        let written = tags.map(\.description).joined(separator: ", ")
        try promise(EntityTagList(written) == list, "tags that are written again are read the same")
        for tag in tags {
            try promise(EntityTag(parsing: tag.description) == tag, "a tag that is written again is read the same")
            try promise(
                tag.opaque.utf8.allSatisfy { !$0.isControl && $0 != .space && $0 != UInt8(ascii: "\"") },
                "a tag holds what is visible")
            try promise(
                tag.isSame(as: tag) != tag.isWeak && tag.isEquivalent(to: tag), "what is weak is never the same")
            try promise(!tag.isEquivalent(to: tag.ofVariant("gzip")), "another form has another tag")
        }
    }

    /// A date; the first byte chooses what time it is.
    static let httpDate = FuzzTarget("http-date", bytesMax: 64) { input throws(BrokenPromise) in
        let (choice, rest) = input.choiceAndRest
        let years = [2026, 1970, 2000, 2099, 9_999, 12, 0]
        let year = years[Int(choice) % years.count], text = String(decoding: rest, as: UTF8.self)
        guard let now = Timestamp(year: year, month: 11, day: 21, hour: 13, minute: 0, second: 0) else {
            throw BrokenPromise(what: "there is such a day")
        }
        guard let date = HTTPDate.parse(text, now: now) else { return }
        try promise(date.milliseconds % 1_000 == 0, "a date is one of a whole second")
        let written = HTTPDate.string(date)
        try promise(HTTPDate.parse(written, now: now) == date, "\(text) that is written again is read the same")
        // `Sun, 06 Nov 1994 08:49:37 GMT` in its obsolete forms.
        let parts = written.split(separator: " ").map(String.init)
        let day = parts[1].first == "0" ? " \(parts[1].dropFirst())" : parts[1]
        let asctime = "\(written.prefix(3)) \(parts[2]) \(day) \(parts[4]) \(parts[3])"
        try promise(HTTPDate.parse(asctime, now: now) == date, "each form says the same")
        if let comma = text.firstIndex(of: ","), text[..<comma].utf8.count > 3 {
            // A leap second at its end may be counted to the year that follows.
            let itsYear = date.adding(seconds: -1).year
            try promise((year - 100...year + 50).contains(itsYear), "two digits mean a year that is not far ahead")
        }
        if date.year / 100 == year / 100, date.year <= year + 50 {
            let obsolete = "Sunday, \(parts[1])-\(parts[2])-\(parts[3].suffix(2)) \(parts[4]) GMT"
            try promise(HTTPDate.parse(obsolete, now: now) == date, "each form says the same")
        }
    }

    /// The field Accept-Encoding, a line for each time it is sent.
    static let acceptEncoding = FuzzTarget("accept-encoding", bytesMax: 256) { input throws(BrokenPromise) in
        let lines = input.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
        let takes = prefersGzip(lines)
        let joined = lines.joined(separator: ",")
        try promise(prefersGzip([joined]) == takes, "several fields are one list")
        let large = joined.utf8.map { $0 >= 0x61 && $0 <= 0x7A ? $0 & 0xDF : $0 }
        try promise(prefersGzip([String(decoding: large, as: UTF8.self)]) == takes, "codings have no case")
        try promise(prefersGzip(["gzip, identity;q=0.5"] + lines), "what is said first counts")
        try promise(!prefersGzip(["x-gzip;q=0.0"] + lines), "what is said first counts")
        try promise(
            !prefersGzip(lines + ["gzip;q=0"]) || takes, "nobody is sent gzip for having said that it is not taken")
        try promise(!takes || joined.contains("*") || joined.lowercased().contains("gzip"), "who takes gzip says so")
    }

    private static func prefersGzip(_ values: [String]) -> Bool {
        AcceptEncoding(HTTPHeaders(values.map { ("accept-encoding", $0) })).prefersGzip
    }
}
