import Admin
import Base
import Testing

@Suite("Users file") struct UserFileNoiseTests {
    @Test(arguments: 1...300 as ClosedRange<UInt64>) func `comes to an end whatever it holds`(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        let alphabet: [UInt8] = Array("\"\",\r\n{}:ab ".utf8) + [0, 0xFF, 0xC3, 0xA9]
        let noise = (0..<Int.random(in: 0...200, using: &random)).compactMap { _ in
            alphabet.randomElement(using: &random)
        }
        for start in ["username,email\n", "{}\n", ""] {
            guard let results = try? read(Array(start.utf8) + noise) else { continue }
            #expect(results.count <= noise.count + 1)
            let lines = results.map { $0.row?.line ?? $0.fault?.line ?? 0 }
            #expect(lines == lines.sorted())
        }
    }
}
