internal import Base

/// Telling those who have an address among their contacts that its user is here.
public struct JoiningOrder: Sendable, Equatable {
    public static let kind: JobKind = "contacts.joined"

    public var user: Int64
    /// Folded.
    public var address: String

    public init(user: Int64, address: String) {
        self.user = user
        self.address = address
    }

    public var payload: [UInt8] {
        JSONWriter.object { json in
            json.member("user", user)
            json.member("address", address)
        }
    }

    public init?(payload: [UInt8]) {
        guard let root = try? JSONDocument(parsing: payload).root, let user = root["user"]?.integer,
            let address = root["address"]?.string
        else { return nil }
        self.init(user: user, address: address)
    }
}
