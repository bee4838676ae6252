internal import Glibc

/// bcrypt, by the system's libcrypt where there is one. It looks at the first 72 bytes of a password, and at nothing
/// behind a NUL.
enum Bcrypt {
    /// Binary logarithms of the rounds that this server agrees to compute: 14 is more than a second.
    private static let costs = 4...14

    private typealias CryptR =
        @convention(c) @Sendable (UnsafePointer<CChar>, UnsafePointer<CChar>, UnsafeMutableRawPointer) ->
        UnsafeMutablePointer<CChar>?

    /// Bytes of libcrypt's `struct crypt_data`: 32,768 in libxcrypt, and 131,232 in what glibc had before.
    private static let workBytes = 160 << 10

    /// Loaded once and never unloaded. The name of the function has stood for thirty years.
    private static let function: CryptR? = {
        guard let library = dlopen("libcrypt.so.1", RTLD_NOW | RTLD_LOCAL) ?? dlopen("libcrypt.so.2", RTLD_NOW),
            let symbol = dlsym(library, "crypt_r")
        else { return nil }
        return unsafeBitCast(symbol, to: CryptR.self)
    }()

    /// Whether the library is there and knows bcrypt.
    static let isAvailable = run(Array("probe".utf8), "$2b$04$abcdefghijklmnopqrstuu")?.hasPrefix("$2b$04$") == true

    /// `$2b$12$` and 53 characters; `a` and `y` for `b` too.
    static func isWellFormed(_ text: [UInt8]) -> Bool {
        guard text.count == 60, text[0] == UInt8(ascii: "$"), text[1] == UInt8(ascii: "2"),
            "aby".utf8.contains(text[2]), text[3] == UInt8(ascii: "$"), text[4].isASCIIDigit, text[5].isASCIIDigit,
            text[6] == UInt8(ascii: "$"),
            costs.contains(Int(text[4] - UInt8(ascii: "0")) * 10 + Int(text[5] - UInt8(ascii: "0")))
        else { return false }
        return text[7...].allSatisfy { $0.isASCIILetter || $0.isASCIIDigit || "./".utf8.contains($0) }
    }

    static func matches(_ password: [UInt8], _ text: String) throws(PasswordHashError) -> Bool {
        // What C takes for the end must not end what is compared.
        guard !password.contains(0) else { return false }
        guard let made = run(password, text) else { throw .derivationFailed }
        return Secret(Array(text.utf8)).matches(Array(made.utf8))
    }

    private static func run(_ password: [UInt8], _ setting: String) -> String? {
        guard let function else { return nil }
        return withUnsafeTemporaryAllocation(byteCount: workBytes, alignment: 16) { work in
            guard let start = work.baseAddress else { return nil }
            memset(start, 0, workBytes)
            defer { explicit_bzero(start, workBytes) }
            let phrase = password.map { CChar(bitPattern: $0) } + [0]
            guard let made = function(phrase, setting, start) else { return nil }
            return String(cString: made)
        }
    }
}
