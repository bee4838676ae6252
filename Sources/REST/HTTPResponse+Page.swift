public import Base
public import Wire

extension HTTPResponse {
    /// A page of a list.
    /// - Parameter path: of this list, with a query; the next page's address is this and the cursor (RFC 8288).
    public static func page<Item>(
        _ items: some Sequence<Item>, next: String?, at path: String, _ write: (Item, inout JSONWriter) -> Void
    ) -> HTTPResponse {
        var response = HTTPResponse.json { json in
            json.object { json in
                json.array("items") { json in
                    for item in items { write(item, &json) }
                }
                json.member("next_cursor", orNull: next)
            }
        }
        if let next { response.headers.add("Link", "<\(path)&cursor=\(next)>; rel=\"next\"") }
        return response
    }

    /// Everything at once.
    public static func items<Item>(
        _ items: some Sequence<Item>, _ write: (Item, inout JSONWriter) -> Void
    ) -> HTTPResponse {
        page(items, next: nil, at: "", write)
    }
}
