import Base
import Gateway
import REST
import Telemetry
import TestClient
import TestSupport
import Testing
import Wire

@testable import confab

@Suite("Rights matrix") struct RightsMatrixTests {
    /// Every route that the server has.
    private static func routes() throws -> [Route] {
        let place = TemporaryDirectory()
        let values = try SettingValues(arguments: ["--dev", "--data", place.path + "/data"], environment: [:])
        let assembly = try Assembly.open(try Configuration(values), log: Logger(level: .off))
        defer { assembly.close() }
        return assembly.router.routes
    }

    @Test func `has a row for every route, and none for what is not there`() throws {
        // Files are for everybody, and an alias has the rights of what it stands for.
        let aliases = Set(Aliases.all.map { "\($0.method.rawValue) \($0.path)" })
        let routes = Set(try Self.routes().map { "\($0.method.rawValue) \($0.path)" }).subtracting(aliases)
            .filter { !Self.isFile($0) && !Self.elsewhere.contains($0) }
        let rows = Set(RightsTable.rows.map { "\($0.method) \($0.template)" })
        #expect(routes.subtracting(rows).sorted() == [], "routes without a row")
        #expect(rows.subtracting(routes).sorted() == [], "rows without a route")
    }

    private static func isFile(_ route: String) -> Bool {
        !route.contains("/api/") && !route.contains("/operator/")
            && !["GET /health", "GET /livez", "GET /readyz", "GET /metrics"].contains(route)
    }

    /// One answers for as long as somebody listens, the other ends the logins of the table's people; `EventStreamTests`
    /// and `TokenTests` have their rights.
    private static let elsewhere = ["GET /api/v1/events", "POST /api/v1/auth/logout-all"]

    @Test func `everybody may do what the table says, and no more`() throws {
        let scene = try RightsScene()
        for row in RightsTable.rows {
            #expect(row.statuses.count == Actor.allCases.count, "\(row.text)")
            for (actor, status) in zip(Actor.allCases, row.statuses) {
                let told = try ask(row, row.words, as: actor, in: scene)
                #expect(told == status, "\(actor): \(row.text)")
            }
        }
    }

    @Test(arguments: ["missing", "deleted"]) func `a channel that is not there is not there for anybody`(word: String)
        throws
    {
        let scene = try RightsScene()
        for row in RightsTable.rows where row.template.contains("{cid}") {
            for actor in Actor.allCases {
                let status = try ask(row, row.words.merging(["cid": word]) { $1 }, as: actor, in: scene)
                #expect(status == (actor == .anonymous ? 401 : 404), "\(actor): \(row.text)")
            }
        }
    }

    @Test func `a message that is not there is not there for anybody`() throws {
        let scene = try RightsScene()
        for row in RightsTable.rows where row.template.contains("{n}") {
            for actor in Actor.allCases {
                let status = try ask(row, row.words.merging(["n": "missing"]) { $1 }, as: actor, in: scene)
                #expect(status == (actor == .anonymous ? 401 : 404), "\(actor): \(row.text)")
            }
        }
    }

    private func ask(
        _ row: RightsTable.Row, _ words: [String: String], as actor: Actor, in scene: RightsScene
    ) throws -> Int {
        let things = try scene.makeThings()
        let path = try scene.path(row.template, words, for: actor, among: things)
        let body = try row.body.map { try scene.filled($0, for: actor, among: things) }
        let token = try row.template.contains("/auth/") ? scene.freshToken(of: actor) : scene.token(of: actor)
        return try scene.server.call(row.method, path, token: token, body).status
    }
}
