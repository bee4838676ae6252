internal import CSQLite
internal import Channels

/// `SearchWords` as a tokenizer of SQLite's FTS5 (https://www.sqlite.org/fts5.html#custom_tokenizers), by the name
/// `confab`. Each connection that touches the index registers it.
///
/// What it is given says by control characters what it is (`SearchDocument`), so that the channel of a message, its
/// sender and its tags are words of the same index that no text can have.
enum SearchTokenizer {
    static let name = "confab"

    static func register(on database: Database) throws(StoreFailure) {
        guard let api = try interface(of: database), let create = api.pointee.xCreateTokenizer else {
            throw .broken("this SQLite has no FTS5, which searching needs")
        }
        var tokenizer = fts5_tokenizer(
            xCreate: { _, _, _, made in
                // There is nothing to be kept, but FTS5 wants to see something.
                made?.pointee = OpaquePointer(UnsafeMutablePointer<UInt8>.allocate(capacity: 1))
                return SQLITE_OK
            },
            xDelete: { made in UnsafeMutablePointer<UInt8>(made)?.deallocate() },
            xTokenize: { _, context, _, text, count, found in
                guard let text, let found, count > 0 else { return SQLITE_OK }
                let bytes = Array(UnsafeRawBufferPointer(start: text, count: Int(count)))
                return SearchDocument.terms(of: bytes) { term in
                    term.withUnsafeBytes {
                        found(
                            context, 0, $0.baseAddress?.assumingMemoryBound(to: CChar.self), CInt($0.count), 0, 0)
                    }
                }
            })
        let code = create(api, name, nil, &tokenizer, nil)
        guard code == SQLITE_OK else { throw database.failure(code) }
    }

    /// The way to FTS5 that its documentation shows: a pointer that SQL passes on.
    private static func interface(of database: Database) throws(StoreFailure) -> UnsafeMutablePointer<fts5_api>? {
        var statement: OpaquePointer?
        let code = sqlite3_prepare_v2(database.handle, "SELECT fts5(?1)", -1, &statement, nil)
        // SQLite without FTS5 does not know the function.
        guard code == SQLITE_OK else { return nil }
        defer { sqlite3_finalize(statement) }
        var api: UnsafeMutablePointer<fts5_api>?
        return withUnsafeMutablePointer(to: &api) { place in
            "fts5_api_ptr".withCString { type in
                sqlite3_bind_pointer(statement, 1, place, type, nil)
                _ = sqlite3_step(statement)
                sqlite3_clear_bindings(statement)
            }
            return place.pointee
        }
    }
}
