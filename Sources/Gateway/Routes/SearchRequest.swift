internal import Base
internal import Channels
internal import REST
internal import Wire

/// What a search asks for, read off its query.
struct SearchRequest {
    /// What can be found, in the order in which it is answered.
    enum Kind: String, CaseIterable {
        case messages, users, channels, courses, files

        /// What one hit is called.
        var name: String { String(rawValue.dropLast()) }
    }

    var query: SearchQuery
    var types: [Kind]
    /// What users may be called; `nil` when what is asked for is no name.
    var name: String?
    private var form: [(name: String, value: String)] = []
    /// Where each type goes on; `nil` on the first page.
    private var places: [Kind: String]?

    static let badCursor = Rejection.invalid(
        "?cursor", "invalid_format", "cursor must be a next_cursor of this search")

    init(_ call: Call, within limits: Limits) throws(APIError) {
        let given = call.head.query
        let text = given["q"] ?? ""
        do throws(Rejection) { query = try SearchQuery(text, within: limits) } catch { throw APIError(error) }
        types = try Self.types(given["type"])
        for tag in (given["tag"] ?? "").split(separator: ",") {
            query.add(tag: String(tag.hasPrefix("#") ? tag.dropFirst() : tag))
        }
        guard query.tags.count <= limits.searchTermsMax else {
            throw APIError(.invalid("?tag", "too_many", "at most \(limits.searchTermsMax) tags"))
        }
        if let channel = given["channel"] {
            guard let id = ChannelID(channel) else {
                throw APIError(.invalid("?channel", "invalid_format", "channel must be a channel's id"))
            }
            query.channel = id
        }
        if let sender = given["from"] {
            guard let id = UserID(sender) else {
                throw APIError(.invalid("?from", "invalid_format", "from must be a user's id"))
            }
            query.sender = id
        }
        query.before = try Self.time("before", given["before"])
        query.after = try Self.time("after", given["after"])
        guard !query.isEmpty else {
            throw APIError(.invalid("?q", "required", "q, tag, channel or from says what is looked for"))
        }
        let isNarrow = !query.tags.isEmpty || query.channel != nil || query.sender != nil
        let plain = text.lowercased().filter { $0 != "\"" && $0 != "*" }
        if !isNarrow, !plain.isEmpty { name = plain }
        for member in ["q", "type", "tag", "channel", "from", "before", "after"] {
            if let value = given[member] { form.append((member, value)) }
        }
        if let cursor = given["cursor"] { places = try Self.places(cursor) }
    }

    /// Where a type begins: `nil` for nowhere any more, `.some(nil)` for its first hit.
    func place(of type: Kind) -> String?? {
        guard let places else { return .some(nil) }
        return places[type].map { .some($0) }
    }

    /// The same question again.
    func form(limit: Int) -> String { URLText.form(form + [("limit", String(limit))]) }

    /// The places of all that goes on, as one cursor.
    static func cursor(_ places: [(type: Kind, place: String)]) -> String? {
        places.isEmpty ? nil : places.map { "\($0.type.rawValue).\($0.place)" }.joined(separator: "~")
    }

    private static func places(_ cursor: String) throws(APIError) -> [Kind: String] {
        var places: [Kind: String] = [:]
        for part in cursor.split(separator: "~") {
            let pair = part.split(separator: ".", maxSplits: 1)
            guard pair.count == 2, let type = Kind(rawValue: String(pair[0])) else { throw APIError(badCursor) }
            places[type] = String(pair[1])
        }
        return places
    }

    private static func types(_ given: String?) throws(APIError) -> [Kind] {
        guard let given else { return Kind.allCases }
        var types: [Kind] = []
        for name in given.split(separator: ",") {
            guard let type = Kind(rawValue: String(name)) else {
                let all = Kind.allCases.map(\.rawValue).joined(separator: ", ")
                throw APIError(.invalid("?type", "not_supported", "type is some of \(all)"))
            }
            if !types.contains(type) { types.append(type) }
        }
        return types
    }

    private static func time(_ name: String, _ given: String?) throws(APIError) -> Timestamp? {
        guard let given else { return nil }
        guard let time = Timestamp(rfc3339: given) ?? Timestamp(rfc3339: given + "T00:00:00Z") else {
            throw APIError(.invalid("?\(name)", "invalid_format", "\(name) must be a time or a day (RFC 3339)"))
        }
        return time
    }
}
