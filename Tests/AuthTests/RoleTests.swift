import Auth
import Testing

@Suite("Role") struct RoleTests {
    @Test(arguments: Role.all) func `is read by its name`(role: Role) {
        #expect(Role(name: role.name) == role)
    }

    @Test(arguments: ["", "Admin", "admin ", "root", "restaurantManager", "member\0", "superuser,admin"])
    func `knows no other names`(name: String) {
        #expect(Role(name: name) == nil)
    }

    @Test func `has eight of them`() {
        #expect(Set(Role.all.map(\.name)).count == 8)
        #expect(Role.restaurantManager.name == "restaurant_manager")
    }
}
