/// Text as it may stand in an element or in a quoted attribute of HTML.
enum HTMLText {
    static func append(_ byte: UInt8, to html: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "&"): html += "&amp;".utf8
        case UInt8(ascii: "<"): html += "&lt;".utf8
        case UInt8(ascii: ">"): html += "&gt;".utf8
        case UInt8(ascii: "\""): html += "&quot;".utf8
        case UInt8(ascii: "'"): html += "&#39;".utf8
        default: html.append(byte)
        }
    }

    static func append(_ text: some Sequence<UInt8>, to html: inout [UInt8]) {
        for byte in text { append(byte, to: &html) }
    }
}
