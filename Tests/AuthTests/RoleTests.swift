import Auth
import Testing

@Suite("Role") struct RoleTests {
    @Test(arguments: Role.builtIn) func `is read by its name`(role: Role) {
        #expect(Role(name: role.name) == role)
    }

    @Test(arguments: ["", "Admin", "admin ", "restaurantManager", "member\0", "superuser,admin", "_a", "7up", "é"])
    func `has a name of small letters, digits and underscores`(name: String) {
        #expect(Role(name: name) == nil)
    }

    @Test func `has at most 32 bytes in its name`() {
        #expect(Role(name: String(repeating: "a", count: 32)) != nil)
        #expect(Role(name: String(repeating: "a", count: 33)) == nil)
    }

    @Test func `has eight of them from the beginning`() {
        #expect(Set(Role.builtIn.map(\.name)).count == 8)
        #expect(Role.restaurantManager.name == "restaurant_manager")
        #expect(Role.builtIn.allSatisfy { RoleBook().contains($0) })
    }
}

@Suite("Role book") struct RoleBookTests {
    private let porter: Role

    init() throws { porter = try #require(Role(name: "porter")) }

    @Test func `knows what the first roles may do`() {
        let book = RoleBook()
        #expect(book.permissions(of: .member) == [])
        #expect(book.permissions(of: .moderator) == [.moderate, .readUsers])
        #expect(book.permissions(of: .superuser) == .all)
    }

    @Test func `gives nothing to a role that is not there`() {
        #expect(RoleBook().permissions(of: porter) == [])
        #expect(!RoleBook().contains(porter))
    }

    @Test func `takes roles that administrators make, and lets them go`() {
        let book = RoleBook()
        book.set(porter, .readUsers)
        #expect(book.permissions(of: porter) == .readUsers)
        book.remove(porter)
        #expect(!book.contains(porter))
    }

    @Test func `never changes the first roles`() {
        let book = RoleBook(made: [.member: .all])
        book.set(.member, .all)
        book.remove(.admin)
        #expect(book.permissions(of: .member) == [])
        #expect(book.permissions(of: .admin) == .all)
    }

    @Test func `permissions have their words, and read them back`() {
        for (name, permission) in Permissions.names { #expect(Permissions(name: name) == permission) }
        #expect(Permissions(name: "everything") == nil)
        #expect(Permissions.all.names == Permissions.names.map(\.name))
    }
}
