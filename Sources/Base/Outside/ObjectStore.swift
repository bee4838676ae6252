/// Keeps bytes under names in another service, such as S3. Every call waits for the network, so that they are for
/// threads that may.
public protocol ObjectStore: Sendable {
    /// Where everything lies, as it is told to operators and kept with the data: `s3://bucket/prefix`. Nothing secret.
    var place: String { get }

    /// Puts a whole file under a name, in the place of what was there. When this returns, the service has confirmed
    /// that it has all of it; when it fails, nothing half is left that could be taken for it.
    /// - Parameter sha256: of the file, so that the service can refuse what was changed on its way.
    func put(_ name: String, _ file: OpenFile, sha256: [UInt8]) throws(ObjectFailure)

    /// Reads a whole object, a piece at a time, in order; ended as `unavailable` when `body` returns false.
    func get(_ name: String, _ body: @escaping @Sendable ([UInt8]) -> Bool) throws(ObjectFailure)

    /// How long an object is; `nil` when there is none.
    func byteCount(of name: String) throws(ObjectFailure) -> Int64?

    /// What is not there is no failure.
    func remove(_ name: String) throws(ObjectFailure)

    /// What is there, in the order of the bytes of the names.
    /// - Parameter name: those behind it; the first ones when it is `nil`.
    func list(after name: String?) throws(ObjectFailure) -> ObjectPage

    /// Throws away what was begun to be put and never ended, by a process that is gone.
    func removeUnfinished() throws(ObjectFailure)

    /// Ends what is under way; everything fails afterwards.
    func close()
}

/// Some of what a service keeps.
public struct ObjectPage: Sendable, Equatable {
    public struct Entry: Sendable, Equatable {
        public var name: String
        public var byteCount: Int64

        public init(name: String, byteCount: Int64) {
            self.name = name
            self.byteCount = byteCount
        }
    }

    public var entries: [Entry]
    public var isLast: Bool

    public init(entries: [Entry], isLast: Bool) {
        self.entries = entries
        self.isLast = isLast
    }
}

public enum ObjectFailure: Error, Equatable, Sendable {
    /// There is nothing under this name.
    case missing
    /// The service was not reached, or is in trouble; later it may be otherwise.
    case unavailable(String)
    /// It does not do it for us: keys, bucket or settings are wrong.
    case refused(String)

    /// For the log.
    public var why: String {
        switch self {
        case .missing: "there is no such object"
        case .unavailable(let why), .refused(let why): why
        }
    }
}
