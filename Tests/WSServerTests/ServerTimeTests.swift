import Base
import TestClient
import Testing

@testable import WSServer

@Suite("Server, keeping a handler's time") struct ServerTimeTests {
    private func milliseconds(_ body: () throws -> Void) rethrows -> Int {
        let begun = TimeSource.system.instant()
        try body()
        return TimeSource.system.instant().milliseconds(since: begun)
    }

    @Test(arguments: [1, 40, 300]) func `a handler is asked at its time although nobody is connected`(after: Int) throws
    {
        let echo = try EchoServer()
        defer { echo.server.drain() }
        let passed = milliseconds {
            echo.server.post(.wake(afterMilliseconds: after), to: 0)
            #expect(echo.probe.wait(for: .due) == [.due])
        }
        #expect(passed >= after)
        #expect(passed < after + 2_000)
    }

    @Test func `what it sends then leaves in the same turn, and it is asked no more`() throws {
        let echo = try EchoServer()
        defer { echo.server.drain() }
        let client = try echo.openSocket()
        echo.server.post(.wake(afterMilliseconds: 30), to: 0)
        #expect(try client.readText() == "due")
        // Another turn asks again, and then nothing is due.
        try client.send(ClientFrame.text("another"))
        #expect(try client.readText() == "another")
        echo.server.post(.count, to: 0)
        #expect(echo.probe.wait(for: .count(1)).filter { $0 == .due }.count == 1)
    }
}
