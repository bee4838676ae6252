import TestClient
import Testing

@Suite("The socket's path") struct UpgradeMethodTests {
    @Test(arguments: ["POST", "PUT", "DELETE"]) func `takes GET alone, and says so`(method: String) throws {
        let server = try RunningServer()
        let answer = try server.call(method, "/api/v1/ws", "{}")
        #expect(answer.status == 405)
        #expect(answer["allow"] == "GET, HEAD, OPTIONS")
    }
}
