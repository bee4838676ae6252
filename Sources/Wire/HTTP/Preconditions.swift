public import Base

/// What is known of the representation that a request is about.
public struct Validators: Sendable, Equatable {
    public var tag: EntityTag?
    /// To the second, as Last-Modified says it.
    public var modified: Timestamp?

    public init(tag: EntityTag? = nil, modified: Timestamp? = nil) {
        self.tag = tag
        self.modified = modified.map { Timestamp(milliseconds: $0.seconds * 1_000) }
    }
}

/// The conditions under which a request is to be obeyed (RFC 9110 section 13).
public struct Preconditions: Sendable {
    public enum Verdict: Sendable, Equatable {
        /// Do what is asked.
        case goOn
        /// 304: the client has it already.
        case notModified
        /// 412: it is not what the client believes.
        case failed
    }

    private let ifMatch, ifNoneMatch: EntityTagList?
    private let ifModifiedSince, ifUnmodifiedSince: Timestamp?
    private let ifRange: String?
    private let now: Timestamp

    public init(_ headers: HTTPHeaders, now: Timestamp) {
        // A field that is sent in several lines is one list (RFC 9110 section 5.3).
        func tags(_ name: String) -> EntityTagList? {
            let values = headers.values(name)
            return values.isEmpty ? nil : EntityTagList(values.joined(separator: ","))
        }
        // What is not one date is no condition (RFC 9110 sections 13.1.3 and 13.1.4).
        func date(_ name: String) -> Timestamp? {
            let values = headers.values(name)
            return values.count == 1 ? HTTPDate.parse(values[0], now: now) : nil
        }
        ifMatch = tags("if-match")
        ifNoneMatch = tags("if-none-match")
        ifModifiedSince = date("if-modified-since")
        ifUnmodifiedSince = date("if-unmodified-since")
        ifRange = headers["if-range"]
        self.now = now
    }

    public var hasIfRange: Bool { ifRange != nil }

    /// Judges a request about something that is there, in the order of precedence of RFC 9110 section 13.2.2.
    public func verdict(on method: HTTPMethod, _ current: Validators) -> Verdict {
        let isReading = method == .get || method == .head
        if let ifMatch {
            let matches = ifMatch.contains { tag in current.tag.map { tag.isSame(as: $0) } ?? false }
            if !matches { return .failed }
        } else if let ifUnmodifiedSince, let modified = current.modified, modified > ifUnmodifiedSince {
            return .failed
        }
        if let ifNoneMatch {
            let matches = ifNoneMatch.contains { tag in current.tag.map { tag.isEquivalent(to: $0) } ?? false }
            if matches { return isReading ? .notModified : .failed }
        } else if isReading, let ifModifiedSince, let modified = current.modified, modified <= ifModifiedSince {
            return .notModified
        }
        return .goOn
    }

    /// Whether a range may be taken out of what is there now (RFC 9110 section 13.1.5): without If-Range always, else
    /// only when its tag or date is exactly ours.
    public func allowsRange(of current: Validators) -> Bool {
        guard let ifRange else { return true }
        if EntityTag(parsing: ifRange) != nil { return namesTag(of: current) }
        // A date is worth something only when nothing can have changed twice within its second (section 8.8.2.2).
        guard let modified = current.modified, modified.seconds < now.seconds else { return false }
        return HTTPDate.parse(ifRange, now: now) == modified
    }

    /// Whether If-Range names the tag, and not only the date, of what is there now.
    public func namesTag(of current: Validators) -> Bool {
        guard let tag = ifRange.flatMap({ EntityTag(parsing: $0) }), let own = current.tag else { return false }
        return tag.isSame(as: own)
    }
}
