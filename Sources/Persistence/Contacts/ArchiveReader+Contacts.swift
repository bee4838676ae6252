internal import Auth
internal import Base
internal import Channels

/// Contacts as rows.
enum StoredContact {
    static let columns = "id, name, email, phone, created_at, updated_at"

    static func read(_ row: Statement) -> Contact {
        Contact(
            id: row.integer(0), name: row.stringOrNull(1), email: row.stringOrNull(2), phone: row.stringOrNull(3),
            addresses: [], user: nil, createdAt: row.time(4), updatedAt: row.time(5))
    }

    /// Who a folded address (`?1`) belongs to, as its owner (`?2`) may know it: the address is verified, its user may
    /// log in, lets themselves be found, does not block the owner, and is not the owner.
    static func finder(_ column: StaticString, selecting columns: StaticString) -> String {
        """
        SELECT \(columns) FROM users WHERE \(column) = ?1 AND is_active = 1 AND is_findable = 1 AND deleted_at IS NULL
        AND id <> ?2 AND EXISTS (SELECT 1 FROM verified_addresses v WHERE v.user = users.id AND v.address = ?1)
        AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.user = users.id AND b.blocked = ?2)
        """
    }
}

extension ArchiveReader {
    /// A page of somebody's contacts. A bounded number of them is looked at.
    func contacts(_ search: ContactSearch) throws(StoreFailure) -> ContactPage {
        var page = ContactPage(contacts: [], next: nil)
        var last = search.after, left = ContactSearch.scannedMax
        while left > 0 {
            let count = min(left, search.text == nil && search.isRegistered == nil ? search.limit + 1 : 200)
            let rows = try statement(
                "SELECT \(StoredContact.columns) FROM contacts WHERE owner = ? AND id > ? ORDER BY id LIMIT ?"
            ).bind(search.user).bind(last).bind(count).all { row throws(StoreFailure) in StoredContact.read(row) }
            for row in rows {
                guard page.contacts.count < search.limit else {
                    page.next = last
                    return page
                }
                last = row.id
                let contact = try filled(row, of: search.user)
                if search.finds(contact) { page.contacts.append(contact) }
            }
            guard rows.count == count else { return page }
            left -= count
        }
        page.next = last
        return page
    }

    private func filled(_ contact: Contact, of owner: UserID) throws(StoreFailure) -> Contact {
        var contact = contact
        contact.addresses = try statement(
            "SELECT address FROM contact_addresses WHERE contact = ? ORDER BY address DESC"
        ).bind(contact.id).all { row throws(StoreFailure) in row.string(0) }
        for address in contact.addresses where contact.user == nil {
            let column: StaticString = address.hasPrefix("+") ? "phone" : "email_folded"
            contact.user =
                try statement(
                    StoredContact.finder(column, selecting: "id, username, display_name")
                ).bind(address).bind(owner).first { row throws(StoreFailure) in
                    UserID(rawValue: row.integer(0)).map {
                        ContactUser(id: $0, username: row.stringOrNull(1), displayName: row.stringOrNull(2))
                    }
                } ?? nil
        }
        return contact
    }
}

extension ContactSearch {
    fileprivate func finds(_ contact: Contact) -> Bool {
        if let isRegistered, isRegistered != (contact.user != nil) { return false }
        guard let text else { return true }
        return contact.name?.lowercased().contains(text) == true || contact.addresses.contains { $0.contains(text) }
    }
}
