import TestSupport

extension Files {
    /// A file as text; empty when there is none.
    static func text(of path: String) -> String { String(decoding: read(path) ?? [], as: UTF8.self) }

    static func write(_ text: String, to path: String) { write(Array(text.utf8), to: path) }
}
