internal import Auth
internal import Base
internal import REST
internal import Wire

extension Account {
    /// The shape `User` of the API, all of it: for the user and for administrators.
    func write(to json: inout JSONWriter, roles: RoleBook) {
        json.object { json in
            json.member("id", id)
            json.member("uuid", uuid)
            json.member("username", orNull: username)
            json.member("email", orNull: email)
            json.member("phone", orNull: phone)
            json.member("display_name", orNull: displayName)
            json.member("avatar", orNull: profile.avatar)
            json.member("bio", orNull: profile.bio)
            json.member("locale", orNull: profile.locale)
            json.member("time_zone", orNull: profile.timeZone)
            json.member("date_of_birth", orNull: profile.birthDate?.text)
            json.member("role", role.name)
            json.member("is_active", isActive)
            json.member("is_verified", isVerified)
            json.member("is_email_verified", isEmailVerified)
            json.member("is_phone_verified", isPhoneVerified)
            json.member("is_staff", roles.permissions(of: role).isStaff)
            json.member("is_superuser", role == .superuser)
            json.member("suspended_at", orNull: suspendedAt)
            json.member("suspension_reason", orNull: suspensionReason)
            json.member("created_at", createdAt)
            json.member("updated_at", updatedAt)
            json.member("last_seen_at", orNull: lastSeenAt)
            json.member("deleted_at", orNull: deletedAt)
        }
    }

    /// What everybody who is signed in may know. When somebody was last seen is not in it: that is asked for as
    /// presence.
    func writePublic(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("uuid", uuid)
            json.member("username", orNull: username)
            json.member("display_name", orNull: displayName)
            json.member("avatar", orNull: profile.avatar)
            json.member("bio", orNull: profile.bio)
            json.member("deleted_at", orNull: deletedAt)
        }
    }

    /// A strong tag of all that people and administrators can change. When the user was last seen is left out: it
    /// changes by itself, and nobody's edit is lost by it.
    func tag(_ roles: RoleBook) -> EntityTag {
        var json = JSONWriter(reserving: 512)
        var still = self
        still.lastSeenAt = nil
        still.write(to: &json, roles: roles)
        return EntityTag(of: json.bytes)
    }
}

extension Permissions {
    /// Whether whoever has them helps to run the server.
    var isStaff: Bool { !subtracting(.teach).isEmpty }
}
