import Glibc
import TestClient
import TestSupport
import Testing

@Suite("The verbs backup, restore and verify") struct BackupVerbTests {
    private func verb(_ words: String...) throws -> Program.Ended { try Program.run(words + ["--dev"]) }

    @Test func `a running server is backed up, and the restored one serves everything`() throws {
        let server = try RunningServer(), place = TemporaryDirectory()
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let channel = try ann.direct(with: bob)
        for index in 1...5 {
            #expect(try ann.call("POST", "/channels/\(channel)/messages", #"{"text":"text \#(index)"}"#).status == 201)
        }
        let content = Array("Hello, file".utf8), file = try ann.upload(content)
        let backup = place.file("one.tar")
        let made = try verb("backup", backup, "--data", server.data)
        #expect(made.status == 0, "\(made.complaints)")
        #expect(made.output.hasPrefix("\(backup): "))
        #expect(Files.mode(of: backup) == 0o600)
        let again = try verb("backup", backup, "--data", server.data)
        #expect(again.status == 1 && again.complaints.contains("is there already"))
        let verified = try verb("verify", backup)
        #expect(verified.status == 0, "\(verified.complaints)")
        #expect(verified.lines.last == "nothing is wrong")
        #expect(verified.output.contains("5 messages in"))
        #expect(verified.output.contains("1 uploaded files"))
        #expect(Files.names(in: place.path) == ["one.tar"])

        let other = try RunningServer(restoring: backup)
        let ann2 = try Person(loggingInAs: "ann", on: other)
        #expect(try ann2.call("GET", "/channels/\(channel)/messages").json()["items.4.text"] == "text 5")
        #expect(Array(try ann2.download(file).body) == content)
        // Who was logged in still is, by the same keys; and who comes with an old place is told so.
        #expect(try other.call("GET", "/api/v1/users/me", token: bob.token).status == 200)
        let epoch = try ann.call("GET", "/sync").json()["epoch"]
        #expect(try ann2.call("GET", "/sync").json()["epoch"] != epoch)
        let resumed = try ann2.call("POST", "/sync", #"{"epoch":"\#(epoch ?? "")"}"#)
        #expect(resumed.status == 409)
        #expect(try resumed.json()["code"] == "cannot_resume")
        #expect(Files.text(of: other.data + "/settings.env").contains("CONFAB_SCRYPT_LOG_N=12\n"))
        #expect(Files.mode(of: other.data + "/settings.env") == 0o600)
    }

    @Test func `without a server the same is done, and nothing where there are no data`() throws {
        let server = try RunningServer(), place = TemporaryDirectory()
        _ = try Person("ann", on: server)
        #expect(try server.stop() == 0)
        #expect(try verb("backup", place.file("one.tar"), "--data", server.data).status == 0)
        #expect(try verb("verify", place.file("one.tar")).status == 0)
        let directory = try verb("verify", server.data)
        #expect(directory.status == 0, "\(directory.complaints)")
        let none = try verb("backup", place.file("two.tar"), "--data", place.file("nowhere"))
        #expect(none.status == 2 && none.complaints.contains("has no data"))
        #expect(Files.names(in: place.path) == ["one.tar"])
    }

    @Test func `verifying tells what is damaged, and ends with 1`() throws {
        let server = try RunningServer(), ann = try Person("ann", on: server)
        _ = try ann.upload(Array("Hello, file".utf8))
        let running = try verb("verify", server.data)
        #expect(running.status == 1 && running.complaints.contains("in use by another confab server"))
        #expect(try server.stop() == 0)
        let directory = server.data + "/files/"
        let inner = try #require(Files.names(in: directory).first { $0 != "incoming" })
        let name = try #require(Files.names(in: directory + inner).first)
        Files.write(Array("Hello, filf".utf8), to: directory + inner + "/" + name)
        let found = try verb("verify", server.data)
        #expect(found.status == 1)
        #expect(found.complaints == "the file \(name) is not what was uploaded\n")
        Files.write(Array("no database, only text".utf8), to: server.data + "/confab.db")
        #expect(try verb("verify", server.data).status == 1)
        #expect(try verb("verify", "/dev/null").status == 1)
        #expect(try verb("verify", server.data + "/nowhere").status == 2)
    }

    @Test func `restoring refuses what is not empty, not whole or not there`() throws {
        let server = try RunningServer(), place = TemporaryDirectory()
        let backup = place.file("one.tar"), data = place.file("data")
        #expect(try verb("backup", backup, "--data", server.data).status == 0)
        let occupied = try verb("restore", backup, "--data", server.data)
        #expect(occupied.status == 1 && occupied.complaints.contains("in use"))
        Files.write(Array((Files.read(backup) ?? []).dropLast(2_000)), to: place.file("short.tar"))
        for file in ["short.tar", "nowhere.tar"] {
            let ended = try verb("restore", place.file(file), "--data", data)
            #expect(ended.status == 1, "\(file)")
            #expect(Files.names(in: data) == ["confab.lock"], "\(file)")
        }
        #expect(try verb("restore", backup, "--data", data).status == 0)
        let twice = try verb("restore", backup, "--data", data)
        #expect(twice.status == 1 && twice.complaints.contains("is not empty"))
        for words in [["backup"], ["restore"], ["verify"], ["verify", "a", "b"]] {
            #expect(try Program.run(words + ["--dev"]).status == 2)
        }
    }
}
