internal import Base

/// A name for one state of one representation of a resource (RFC 9110 section 8.8.3).
public struct EntityTag: Sendable, Equatable {
    /// What stands between the quotation marks.
    public var opaque: String
    /// It names what means the same, not what is the same byte for byte.
    public var isWeak: Bool

    public init(_ opaque: String, isWeak: Bool = false) {
        self.opaque = opaque
        self.isWeak = isWeak
    }

    /// Reads one tag and nothing else.
    public init?(parsing text: String) {
        guard case .tags(let tags) = EntityTagList(text), tags.count == 1, tags[0].description == text else {
            return nil
        }
        self = tags[0]
    }

    /// The tag of another representation of the same state, such as one that is compressed: whoever holds bytes of the
    /// one must not add bytes of the other to them.
    public func ofVariant(_ name: String) -> EntityTag { EntityTag("\(opaque)-\(name)", isWeak: isWeak) }

    /// RFC 9110 section 8.8.3.2: the strong comparison, under which no weak tag equals anything.
    public func isSame(as other: EntityTag) -> Bool { !isWeak && self == other }

    /// RFC 9110 section 8.8.3.2: the weak comparison.
    public func isEquivalent(to other: EntityTag) -> Bool { opaque == other.opaque }
}

extension EntityTag: CustomStringConvertible {
    /// As it stands in a field.
    public var description: String { "\(isWeak ? "W/" : "")\"\(opaque)\"" }
}

/// What If-Match and If-None-Match hold: `*`, or tags (RFC 9110 sections 13.1.1 and 13.1.2).
public enum EntityTagList: Sendable, Equatable {
    case any
    case tags([EntityTag])

    /// Reads up to what is no tag: that and what follows it names nothing.
    public init(_ text: String) {
        let bytes = Array(text.utf8)
        if bytes[...].trimmedOfBlanks.elementsEqual("*".utf8) {
            self = .any
            return
        }
        var tags: [EntityTag] = []
        var rest = bytes[...]
        while let tag = Self.next(&rest) { tags.append(tag) }
        self = .tags(tags)
    }

    public func contains(_ isWanted: (EntityTag) -> Bool) -> Bool {
        switch self {
        case .any: true
        case .tags(let tags): tags.contains(where: isWanted)
        }
    }

    /// Commas may stand inside a tag, so that a list is not to be split at them.
    private static func next(_ rest: inout ArraySlice<UInt8>) -> EntityTag? {
        rest = rest.drop { $0.isBlank || $0 == UInt8(ascii: ",") }
        let isWeak = rest.starts(with: "W/".utf8)
        if isWeak { rest = rest.dropFirst(2) }
        guard rest.first == UInt8(ascii: "\"") else { return nil }
        // `etagc`: everything visible but the quotation mark.
        let opaque = rest.dropFirst().prefix { $0 > .space && $0 != UInt8(ascii: "\"") && $0 != 0x7F }
        rest = rest[opaque.endIndex...]
        guard rest.first == UInt8(ascii: "\""), let text = opaque.text else { return nil }
        rest = rest.dropFirst().drop(while: \.isBlank)
        guard rest.isEmpty || rest.first == UInt8(ascii: ",") else { return nil }
        return EntityTag(text, isWeak: isWeak)
    }
}
