/// Why bytes are not a JSON text that this server accepts. `offset` is in bytes from the start.
public enum JSONError: Error, Equatable, Sendable {
    case invalidUTF8
    case unexpectedByte(offset: Int)
    case unexpectedEnd
    case trailingBytes(offset: Int)
    case tooDeep(offset: Int)
    case duplicateMember(offset: Int)
    case loneSurrogate(offset: Int)
    case nulCharacter(offset: Int)
    case tooLarge
}

/// In words for whoever sent it. Without this Swift would look the case's name up each time, which costs more than all
/// else that a refused frame does.
extension JSONError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .invalidUTF8: "invalid UTF-8"
        case .unexpectedByte(let offset): "an unexpected byte at \(offset)"
        case .unexpectedEnd: "an unexpected end"
        case .trailingBytes(let offset): "more behind its end at \(offset)"
        case .tooDeep(let offset): "nested too deeply at \(offset)"
        case .duplicateMember(let offset): "a member named twice at \(offset)"
        case .loneSurrogate(let offset): "half a surrogate pair at \(offset)"
        case .nulCharacter(let offset): "a NUL character at \(offset)"
        case .tooLarge: "too large"
        }
    }
}

/// A JSON text (RFC 8259), checked whole in one pass and kept as a flat list of nodes over its own bytes; values are
/// decoded only when asked for. Immutable, and shared by reference among its elements.
///
/// Stricter than the RFC asks: no byte order mark, no duplicate member names, no lone surrogates, no NUL characters and
/// no deeper nesting than `JSONDocument.depthMax`, because each of them is read differently by different parsers.
public final class JSONDocument: Sendable {
    /// Levels of arrays and objects inside one another; enough for any command, and far from the stack's end.
    public static let depthMax = 32
    /// Bytes; node offsets are 32 bits wide.
    public static let byteCountMax = 64 << 20

    let bytes: [UInt8]
    let nodes: [JSONNode]

    public init(parsing bytes: [UInt8]) throws(JSONError) {
        guard bytes.count <= Self.byteCountMax else { throw .tooLarge }
        guard isValidUTF8(bytes) else { throw .invalidUTF8 }
        var parser = JSONParser()
        try parser.parse(bytes.span)
        self.bytes = bytes
        self.nodes = parser.nodes
    }

    public convenience init(parsing text: String) throws(JSONError) { try self.init(parsing: Array(text.utf8)) }

    public var root: JSONElement { JSONElement(document: self, index: 0) }
}

/// One value of a document. An object's children alternate between name and value.
struct JSONNode: Sendable {
    enum Kind: UInt8, Sendable { case null, `true`, `false`, number, string, array, object }

    let kind: Kind
    /// A string whose bytes contain a backslash.
    let isEscaped: Bool
    /// The value's bytes; a string's are those between the quotes.
    let start: Int32
    var end: Int32
    /// The node after this value and everything in it.
    var next: Int32
}
