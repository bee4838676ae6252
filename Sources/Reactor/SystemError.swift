internal import Glibc

/// A system call that failed: its name, and why.
public struct SystemError: Error, Equatable, Sendable, CustomStringConvertible {
    public var call: StaticString
    public var code: CInt

    /// Reads `errno` as the call left it.
    public init(_ call: StaticString) { self.init(call, code: errno) }

    public init(_ call: StaticString, code: CInt) {
        self.call = call
        self.code = code
    }

    public var description: String { "\(call): \(String(cString: strerror(code)))" }

    public static func == (one: SystemError, other: SystemError) -> Bool {
        one.code == other.code && one.call.description == other.call.description
    }
}
