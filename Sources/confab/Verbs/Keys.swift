internal import Base

/// `confab keys rotate`: has a new key sign tokens from now on, on a running server too.
enum Keys {
    static func run(_ values: SettingValues) async throws {
        guard values.words == ["rotate"] else { throw UsageError("usage: confab keys rotate [--data DIR]") }
        try await OperatorDoor.open(values) { post in
            let answer = try await post("/operator/keys/rotate", Array("{}".utf8))
            Output.line("\(answer["alg"]?.string ?? "") \(answer["kid"]?.string ?? "")")
        }
    }
}
