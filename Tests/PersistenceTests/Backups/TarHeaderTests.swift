import Base
import Testing

@testable import Persistence

@Suite("The heads of a backup's entries") struct TarHeaderTests {
    @Test(arguments: [0, 1, 511, 512, 513, 1 << 20, (1 << 33) - 1, 1 << 33, 1 << 40] as [Int64])
    func `are read as they were written, of every size`(byteCount: Int64) throws {
        let header = TarHeader(name: "files/ab/abcd", byteCount: byteCount, modifiedAt: 1_790_000_000)
        #expect(header.bytes.count == 512)
        #expect(TarHeader(header.bytes) == header)
        #expect((byteCount + Int64(header.paddingByteCount)) % 512 == 0)
        #expect((0..<512).contains(header.paddingByteCount))
    }

    @Test func `are refused with any bit of them changed`() {
        for byteCount in [77, 1 << 34] as [Int64] {
            let bytes = TarHeader(name: "confab.db", byteCount: byteCount, modifiedAt: 1).bytes
            for index in bytes.indices {
                for bit in 0..<8 {
                    var flipped = bytes
                    flipped[index] ^= 1 << UInt8(bit)
                    #expect(TarHeader(flipped) == nil, "byte \(index) bit \(bit)")
                }
            }
        }
        #expect(TarHeader([UInt8](repeating: 0, count: 512)) == nil)
        #expect(TarHeader([]) == nil)
    }

    @Test(arguments: [
        ("audit.key", true), ("keys/signing.json", true), ("settings.env", true), ("../x", false), ("/x", false),
        ("keys/../x", false), ("keys/a/b", false), (".hidden", false), ("keys/", false), ("", false),
        ("confab.db", false), ("confab.lock", false), ("confab.running", false), ("other/x", false), ("a b", false),
    ])
    func `that name a small file lead nowhere else`(name: String, isAllowed: Bool) {
        #expect(BackupFormat.isSmallName(name) == isAllowed)
    }

    @Test func `that name an uploaded file are made of its hash alone`() {
        let hash = [UInt8](repeating: 0xAB, count: 32), name = BackupFormat.name(ofFile: hash)
        #expect(BackupFormat.hash(ofFileNamed: name) == hash)
        for other in [String(name.dropLast()), name + "0", "files/cd/" + hash.hexadecimal, "x" + name, "files/ab/../x"]
        {
            #expect(BackupFormat.hash(ofFileNamed: other) == nil, "\(other)")
        }
    }
}
