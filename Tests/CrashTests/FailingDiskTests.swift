import Base
import TestSupport
import Testing

extension CrashTests {
    @Suite("A disk that fails") struct FailingDiskTests {
        @Test(.timeLimit(.minutes(1))) func `does not let a server start whose log cannot be synced`() throws {
            let pair = try Pair()
            let traced = try Traced(pair.data, ["trace=fdatasync", "inject=fdatasync:error=EIO:when=1"])
            #expect(throws: ServerProcess.Failure.self) { try traced.server.port() }
            #expect(try traced.server.exitStatus(within: 10_000) == 1)
            #expect(traced.calls.contains { $0.contains("EIO") && $0.contains("INJECTED") })
            let server = try ServerProcess.serve(pair.data)
            #expect(try Audit(of: pair.channel, by: pair.tokens[1], port: try server.port()).faults == [])
        }

        /// The first sync is that of the start. The second is that of the log's directory entry, whose outcome SQLite
        /// leaves unread.
        @Test(.timeLimit(.minutes(1)), arguments: [3, 6])
        func `stops the server at the first sync that fails, and is not asked again`(call: Int) throws {
            let pair = try Pair()
            let traced = try Traced(
                pair.data, ["trace=fdatasync", "inject=fdatasync:error=EIO:when=\(call)"])
            let client = try pair.enter(try traced.server.port())
            var numbers: [Int64] = []
            let failure = #expect(throws: ClientFailure.self) {
                for index in 1...100 { numbers.append(try pair.send("m", as: "\(index)", client).number) }
            }
            #expect(failure == .ended || failure == .system("recv", 104), "the connection ends without an answer")
            #expect(try traced.server.exitStatus(within: 10_000) == 74)
            let failed = try #require(traced.calls.firstIndex { $0.contains("EIO") && $0.contains("INJECTED") })
            #expect(traced.calls[failed].contains("confab.db"))
            #expect(!traced.calls[(failed + 1)...].contains { $0.contains("fdatasync") }, "the sync was tried again")

            // What became of the message in doubt is for the retry to tell.
            let server = try ServerProcess.serve(pair.data)
            let port = try server.port()
            let inDoubt = "\(numbers.count + 1)", next = Int64(numbers.count) + 1
            let before = try Audit(of: pair.channel, by: pair.tokens[1], port: port)
            #expect(before.faults == [])
            let isThere = before.messages.contains { $0.name == inDoubt }
            #expect(before.messages.count == numbers.count + (isThere ? 1 : 0))
            let retry = try pair.send("m", as: inDoubt, try pair.enter(port))
            #expect(retry == (next, isThere))
            let after = try Audit(of: pair.channel, by: pair.tokens[1], port: port)
            #expect(after.faults == [])
            #expect(after.messages.map(\.name) == (1...numbers.count + 1).map { "\($0)" })
            #expect(numbers == Array(1..<next))
        }

        @Test(.timeLimit(.minutes(1))) func `without room for its checkpoints is no reason to stop`() throws {
            let pair = try Pair()
            let database = pair.data.file("data/confab.db")
            // In this mode the data file itself is written by checkpoints alone.
            let traced = try Traced(
                pair.data, ["trace=pwrite64", "inject=pwrite64:error=ENOSPC"], path: database)
            let client = try pair.enter(try traced.server.port())
            let text = String(repeating: "x", count: 16_000)
            let deadline = TimeSource.system.instant().adding(milliseconds: 20_000)
            var count: Int64 = 0
            while !traced.calls.contains(where: { $0.contains("ENOSPC") }), TimeSource.system.instant() < deadline {
                for _ in 1...50 {
                    count += 1
                    #expect(try pair.send(text, as: "\(count)", client) == (count, false))
                }
            }
            #expect(traced.calls.contains { $0.contains("ENOSPC") }, "no checkpoint has failed")
            for _ in 1...20 {
                count += 1
                #expect(try pair.send("after", as: "\(count)", client) == (count, false))
            }
            traced.server.terminate()
            #expect(try traced.server.exitStatus(within: 10_000) == 0)

            // The log holds what the data file could not take.
            let server = try ServerProcess.serve(pair.data)
            let audit = try Audit(of: pair.channel, by: pair.tokens[1], port: try server.port())
            #expect(audit.faults == [])
            #expect(audit.messages.count == count)
        }

        @Test(.timeLimit(.minutes(1))) func `keeps a new data directory by name as well as by content`() throws {
            let data = TemporaryDirectory()
            let traced = try Traced(data, ["trace=mkdir,fsync,fdatasync"])
            _ = try traced.server.port()
            traced.server.kill()
            let made = try #require(traced.calls.firstIndex { $0.contains("mkdir(") && $0.contains("/data\"") })
            let named = traced.calls[made...].contains { $0.contains("fsync(") && $0.contains("<\(data.path)>") }
            #expect(named, "the directory's parent was not synced, so that a power cut can take the directory away")
        }
    }
}
