import Base
import Glibc
import TestSupport
import Testing

@testable import Auth
@testable import Persistence

@Suite("The sums of key files") struct KeySumsTests {
    private let place = TemporaryDirectory()

    private func secret(_ name: String, _ byte: UInt8) throws -> [UInt8] {
        try DataDirectory(path: place.path).secret(named: name) { [UInt8](repeating: byte, count: 32) }
    }

    @Test func `are text as sha256sum writes it, and are read as they were written`() throws {
        var sums = KeySums()
        sums.add([1], of: "proof.key")
        sums.add([2], of: "keys/signing.json")
        let text = String(decoding: sums.text, as: UTF8.self), lines = text.split(separator: "\n")
        #expect(lines[0] == "\(Digest.sha256([2]).hexadecimal)  keys/signing.json")
        #expect(lines[1] == "\(Digest.sha256([1]).hexadecimal)  proof.key")
        #expect(lines.count == 3 && lines[2].hasPrefix("# "))
        #expect(KeySums(text: sums.text) == sums)
        for place in sums.text.indices {
            for bit in 0..<8 as Range<UInt8> {
                var flipped = sums.text
                flipped[place] ^= 1 << bit
                #expect(KeySums(text: flipped) == nil, "bit \(bit) of byte \(place)")
            }
        }
    }

    @Test func `know what a file is and what it was before that, and nothing older`() {
        var sums = KeySums()
        #expect(sums.judge([1], of: "proof.key") == .unknown)
        for content in 1...3 as ClosedRange<UInt8> { sums.add([content], of: "proof.key") }
        #expect(sums.judge([3], of: "proof.key") == .whole)
        #expect(sums.judge([2], of: "proof.key") == .whole, "a kill may come before the new content")
        #expect(sums.judge([1], of: "proof.key") == .damaged)
        sums.add([3], of: "proof.key")
        #expect(sums.judge([2], of: "proof.key") == .whole)
    }

    @Test(arguments: ["proof.key", "keys/signing.json"]) func `notice each flipped bit`(name: String) throws {
        let isSecret = name == "proof.key", file = place.file(name), key = KeyFile(in: place.path)
        if isSecret { _ = try secret(name, 1) } else { try key.write(Array("{\"keys\":[]}".utf8)) }
        let content = try #require(Files.read(file))
        #expect(KeySums.faults(in: place.path) == [])
        for index in content.indices {
            var flipped = content
            flipped[index] ^= 4
            Files.write(flipped, to: file)
            #expect(chmod(file, 0o600) == 0)
            #expect(KeySums.faults(in: place.path) == ["\(name) is not what was written"])
            if isSecret {
                #expect(throws: DataDirectory.Failure.self) { try secret(name, 1) }
            } else {
                #expect(throws: KeyFile.Failure.self) { try key.read() }
            }
            #expect(Files.read(file) == flipped, "it is left as it was")
        }
        // Who wants it so all the same takes the sums away.
        #expect(unlink(place.file(KeySums.name)) == 0)
        if isSecret { #expect(try secret(name, 1) != content) } else { #expect(try key.read() != content) }
        #expect(KeySums.faults(in: place.path) == [])
    }

    @Test func `come to files of an older server, which stay as they are`() throws {
        let old = [UInt8](repeating: 9, count: 32)
        Files.write(old, to: place.file("proof.key"))
        #expect(KeySums.faults(in: place.path) == [])
        #expect(try secret("proof.key", 1) == old)
        #expect(KeySums.read(in: place.path).sums.judge(old, of: "proof.key") == .whole)
        #expect(KeySums.read(in: place.path).sums.judge([1], of: "proof.key") == .damaged)
    }

    @Test func `that are damaged themselves are told, and made anew by the next start`() throws {
        let content = try secret("proof.key", 1), file = place.file(KeySums.name)
        var text = try #require(Files.read(file))
        text[3] ^= 1
        Files.write(text, to: file)
        #expect(KeySums.faults(in: place.path).count == 1)
        #expect(try secret("proof.key", 2) == content)
        #expect(KeySums.faults(in: place.path) == [])
    }

    @Test func `are for keys, and for nothing that somebody reads and types`() throws {
        _ = try secret("setup-token", 1)
        #expect(Files.read(place.file(KeySums.name)) == nil)
        #expect(!KeySums.covers(KeySums.name) && !KeySums.covers("confab.db") && !KeySums.covers("../proof.key"))
    }

    @Test func `are in a backup with their keys, and what does not fit is named by it and by verify`() async throws {
        let house = try House()
        _ = try await house.user("ann")
        let data = try DataDirectory(path: house.directory.path)
        _ = try data.secret(named: "proof.key") { [UInt8](repeating: 1, count: 32) }
        #expect(try await house.backUp(to: "whole.tar").faults == [])
        Files.write([UInt8](repeating: 3, count: 32), to: house.directory.file("proof.key"))
        #expect(try await house.backUp(to: "torn.tar").faults == ["proof.key is not what was written"])
        house.close()
        #expect(try Verification.directory(data).faults == ["proof.key is not what was written"])
    }
}
