public import Base

/// A word to one person, by e-mail or by text message.
public struct Letter: Sendable, Equatable {
    public enum Way: Sendable, Equatable {
        case email(to: String, subject: String)
        case text(to: String)
    }

    public var way: Way
    /// Lines end with a line feed.
    public var body: String
    /// When what it says holds no longer: it is not sent after that.
    public var expiresAt: Timestamp?

    public init(_ way: Way, _ body: String, expiresAt: Timestamp? = nil) {
        self.way = way
        self.body = body
        self.expiresAt = expiresAt
    }
}

/// Takes letters to people. A letter that was taken is on disk and is sent again until it has gone out, or is too old.
public protocol Postbox: Sendable {
    /// Ways that are set up; another is refused as `.notSetUp`.
    var hasEmail: Bool { get }
    var hasText: Bool { get }

    func send(_ letter: Letter) async throws(PostFailure)
}

public enum PostFailure: Error, Equatable, Sendable {
    /// The server was not told how; the text says what is missing.
    case notSetUp(String)
    /// The queue or the disk is full; a later try may succeed.
    case unavailable
}

/// Of a server that was told no way to write to people.
public struct NoPostbox: Postbox {
    public init() {}

    public var hasEmail: Bool { false }
    public var hasText: Bool { false }

    public func send(_ letter: Letter) async throws(PostFailure) {
        switch letter.way {
        case .email: throw .notSetUp("this server sends no e-mail: it was told no SMTP server")
        case .text: throw .notSetUp("this server sends no text messages: it was told no SMS service")
        }
    }
}
