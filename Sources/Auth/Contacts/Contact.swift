public import Base

/// Somebody whom a user knows, as the user has them in their address book.
public struct Contact: Sendable, Equatable {
    public var id: Int64
    public var name: String?
    /// As it was given, the first of them.
    public var email: String?
    /// E.164, the first of them.
    public var phone: String?
    /// All e-mail addresses and phone numbers, folded.
    public var addresses: [String]
    /// Who that is here: somebody who has shown that one of the addresses is theirs, lets themselves be found by it,
    /// and does not block the one whose contact it is.
    public var user: ContactUser?
    public var createdAt: Timestamp
    public var updatedAt: Timestamp

    public init(
        id: Int64, name: String?, email: String?, phone: String?, addresses: [String], user: ContactUser?,
        createdAt: Timestamp, updatedAt: Timestamp
    ) {
        self.id = id
        self.name = name
        self.email = email
        self.phone = phone
        self.addresses = addresses
        self.user = user
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

/// What everybody may know of a user.
public struct ContactUser: Sendable, Equatable {
    public var id: UserID
    public var username: String?
    public var displayName: String?

    public init(id: UserID, username: String?, displayName: String?) {
        self.id = id
        self.username = username
        self.displayName = displayName
    }
}

extension Contact {
    /// The shape `contact` of the wire.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", String(id))
            json.member("name", orNull: name)
            json.member("email", orNull: email)
            json.member("phone", orNull: phone)
            json.array("emails") { json in
                for address in addresses where !address.hasPrefix("+") { json.value(address) }
            }
            json.array("phones") { json in
                for address in addresses where address.hasPrefix("+") { json.value(address) }
            }
            if let user {
                json.object("user") { json in user.write(to: &json) }
            } else {
                json.name("user")
                json.null()
            }
            json.member("created_at", createdAt)
            json.member("updated_at", updatedAt)
        }
    }
}

extension ContactUser {
    fileprivate func write(to json: inout JSONWriter) {
        json.member("id", id)
        json.member("username", orNull: username)
        json.member("display_name", orNull: displayName)
    }
}
