internal import Base
internal import Channels
internal import REST
internal import Wire

/// The hits of a page, type by type, and where each type goes on.
struct SearchAnswer {
    private var items: [[UInt8]] = []
    private var places: [(type: SearchRequest.Kind, place: String)] = []

    mutating func add<Hit>(
        _ type: SearchRequest.Kind, _ page: SearchPage<Hit>, _ write: (Hit, inout JSONWriter) -> Void
    ) {
        if let next = page.next { places.append((type, next)) }
        for hit in page.hits {
            items.append(
                JSONWriter.object { json in
                    json.member("type", type.name)
                    write(hit, &json)
                })
        }
    }

    func response(isIndexing: Bool, at path: String) -> HTTPResponse {
        let next = SearchRequest.cursor(places)
        var response = HTTPResponse.json { json in
            json.object { json in
                json.array("items") { json in
                    for item in items { json.value(raw: item) }
                }
                json.member("next_cursor", orNull: next)
                json.member("indexing", isIndexing)
            }
        }
        if let next { response.headers.add("Link", "<\(path)&cursor=\(next)>; rel=\"next\"") }
        return response
    }
}

/// Each hit's own members, behind its type.
extension MessageHit {
    func write(to json: inout JSONWriter) {
        json.name("message")
        view.write(to: &json)
        snippet.write(to: &json)
    }
}

extension ChannelHit {
    func write(to json: inout JSONWriter) {
        json.name("channel")
        card.write(to: &json, role: role)
        snippet.write(to: &json)
    }
}

extension FileHit {
    func write(to json: inout JSONWriter) {
        json.name("file")
        file.write(to: &json)
        if let message {
            json.name("in")
            json.object { json in
                json.member("channel", message.channel)
                json.member("message_number", message.number)
            }
        }
        snippet.write(to: &json)
    }
}

extension Shape {
    static let snippetPiece = Shape(
        "SnippetPiece",
        [
            .required("text", .text(bytes: 1...1_024), "plain text"),
            .required("match", .boolean, "whether it is what was looked for"),
        ])

    static let searchHit = Shape(
        "SearchHit",
        [
            .required("type", .text(bytes: 4...8), "message, user, channel, course or file"),
            .optional("message", .object(.message), "a message"),
            .optional("user", .object(.userCard), "what everybody may know of a user"),
            .optional("channel", .object(.channel), "a channel"),
            .optional("file", .object(.file), "a file"),
            .optional("in", .object(Shape("FilePlace", [])), "of another's file: channel and message_number"),
            .optional("snippet", .list(of: .object(.snippetPiece), countMax: 100), "the text around what was found"),
        ])

    static let searchPage = Shape(
        "SearchPage",
        [
            .required("items", .list(of: .object(.searchHit), countMax: 5_000), "hits"),
            .optional("next_cursor", .text(bytes: 1...1_024), "where the next page begins"),
            .required("indexing", .boolean, "much of what was said is not indexed yet, and may be missing here"),
        ])

    static let tag = Shape("Tag", [.required("tag", .text(bytes: 1...64), "as it was written")])
}
