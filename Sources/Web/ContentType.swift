/// What kind of content a file is, by the end of its name. What is not known is bytes, which no browser runs.
public enum ContentType {
    private static let known = [
        "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8",
        "mjs": "text/javascript; charset=utf-8", "json": "application/json", "map": "application/json",
        "webmanifest": "application/manifest+json", "txt": "text/plain; charset=utf-8",
        "ts": "text/plain; charset=utf-8", "md": "text/markdown; charset=utf-8", "svg": "image/svg+xml",
        "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp",
        "avif": "image/avif", "ico": "image/x-icon",
        "woff": "font/woff", "woff2": "font/woff2", "ttf": "font/ttf", "otf": "font/otf", "mp3": "audio/mpeg",
        "ogg": "audio/ogg", "wav": "audio/wav", "mp4": "video/mp4", "webm": "video/webm", "pdf": "application/pdf",
        "wasm": "application/wasm",
    ]

    public static func of(_ name: String) -> String {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        let end = parts.count > 1 ? parts.last?.lowercased() : nil
        return end.flatMap { known[$0] } ?? "application/octet-stream"
    }
}
