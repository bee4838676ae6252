internal import Admin
internal import Base

/// `confab token USER...`: prints an access token for each user, a line each.
enum Token {
    static func run(_ values: SettingValues) async throws {
        guard !values.words.isEmpty else { throw UsageError("usage: confab token USER... [--data DIR]") }
        try await OperatorDoor.open(values) { post in
            var names = values.words[...]
            while !names.isEmpty {
                let batch = names.prefix(OperatorRoutes.batchMax)
                names = names.dropFirst(batch.count)
                let body = JSONWriter.object { json in
                    json.array("users") { json in
                        for name in batch { json.value(name) }
                    }
                }
                let tokens = try await post("/operator/tokens", body)["tokens"]?.elements ?? []
                for (name, token) in zip(batch, tokens) {
                    guard let token = token.string else { throw UsageError("there is no user \(name)") }
                    Output.line(token)
                }
            }
        }
    }
}
