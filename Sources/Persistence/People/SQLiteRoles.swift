internal import Auth
internal import Channels

/// The roles that administrators make, on disk. The book that every request asks follows each commit, in its order.
struct SQLiteRoles: Roles {
    let committer: Committer
    let book: RoleBook

    func define(
        _ role: Role, _ permissions: Permissions, within rank: Rank, by cause: Cause
    ) async throws(PeopleFailure) -> Bool {
        try await committer.change { [book] transaction throws(StoreFailure) in
            guard !RoleBook.isBuiltIn(role) else { return .failure(.builtInRole) }
            let old = try transaction.permissions(of: role)
            guard rank.covers(permissions.union(old ?? [])) else { return .failure(.outranked) }
            let count = try transaction.database.integer("SELECT count(*) FROM roles")
            guard old != nil || count < RoleBook.madeMax else { return .failure(.tooManyRoles) }
            guard old != permissions else { return .success(true) }
            try transaction.database.prepare(
                "INSERT INTO roles VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET permissions = excluded.permissions"
            ).bind(role.name).bind(permissions.stored).run()
            try transaction.record(
                .roleDefined, by: cause, target: "role:\(role.name)", detail: permissions.stored)
            transaction.afterwards.append { book.set(role, permissions) }
            return .success(old != nil)
        }
    }

    func remove(_ role: Role, within rank: Rank, by cause: Cause) async throws(PeopleFailure) {
        try await committer.change { [book] transaction throws(StoreFailure) -> Result<Void, PeopleFailure> in
            guard !RoleBook.isBuiltIn(role) else { return .failure(.builtInRole) }
            guard let old = try transaction.permissions(of: role) else { return .failure(.noSuchRole) }
            guard rank.covers(old) else { return .failure(.outranked) }
            let isUsed =
                try transaction.database.prepare("SELECT 1 FROM users WHERE role = ? LIMIT 1").bind(role.name)
                .first { _ throws(StoreFailure) in true } ?? false
            guard !isUsed else { return .failure(.roleInUse) }
            try transaction.database.prepare("DELETE FROM roles WHERE name = ?").bind(role.name).run()
            try transaction.record(.roleRemoved, by: cause, target: "role:\(role.name)")
            transaction.afterwards.append { book.remove(role) }
            return .success(())
        }
    }
}
