/// Where a link may lead: named by its scheme, because what has none of these could be code.
enum LinkTarget {
    /// Pages of the web, with a host, and without anything that browsers leave out of an address before they look at
    /// its scheme.
    static func isWebPage(_ link: String) -> Bool {
        let rest = afterScheme("https://", of: link) ?? afterScheme("http://", of: link)
        guard let first = rest?.first, first != UInt8(ascii: "/") else { return false }
        return isPlain(link)
    }

    /// Pages of the web, and letters.
    static func isAllowed(_ link: String) -> Bool {
        if let address = afterScheme("mailto:", of: link) {
            return address.contains(UInt8(ascii: "@")) && isPlain(link)
        }
        return isWebPage(link)
    }

    /// Letters of the scheme count in either case (RFC 3986 section 3.1).
    private static func afterScheme(_ scheme: String, of link: String) -> Substring.UTF8View? {
        let head = link.utf8.prefix(scheme.utf8.count)
        let isThere =
            head.count == scheme.utf8.count
            && zip(head, scheme.utf8).allSatisfy { $0 == $1 || ($0.isLetterOfASCII && $0 | 0x20 == $1) }
        return isThere ? link.utf8.dropFirst(scheme.utf8.count) : nil
    }

    private static func isPlain(_ link: String) -> Bool {
        link.unicodeScalars.allSatisfy {
            $0.value > 0x20 && $0 != "\\" && $0 != "<" && $0 != ">" && $0 != "\"" && !$0.properties.isWhitespace
                && !FieldRules.isControl($0)
        }
    }
}
