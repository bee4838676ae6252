import Base
import Testing

@testable import Auth

/// The hashes were made by the systems themselves, of the same password.
@Suite("Hash of another system") struct ForeignHashTests {
    static let password = Array("correct horse battery".utf8)
    static let django = "pbkdf2_sha256$1000$saltsalt$2vLrmxK8YFROnGTL6oinO4bfT02gvTppeFbz7HWz5X0="
    static let werkzeug =
        "pbkdf2:sha256:1000$saltsalt$daf2eb9b12bc60544e9c64cbea88a73b86df4f4da0bd3a697856f3ec75b3e57d"
    static let scrypt =
        "scrypt:1024:8:1$saltsalt$cc71aa5f0a9589786e2ab2593b2a264e5302f5ffda9be28b2da5dab8533c5ee8"
        + "d278fad565b248ca30ab540536611c178d056c9b235266a64bb1ff459da90195"
    static let bcrypt = "$2b$04$abcdefghijklmnopqrstuuqREtd3VJD2QVZbuFskFSLk6eRIrQoOS"

    @Test(arguments: [django, werkzeug, scrypt] + (Bcrypt.isAvailable ? [bcrypt] : []))
    func `knows the password, and nothing else, and is to be replaced`(text: String) throws {
        let hash = try #require(PasswordHash(text: text))
        #expect(hash.text == text)
        #expect(try hash.matches(Self.password))
        #expect(try !hash.matches(Array("correct horse batterz".utf8)))
        #expect(try !hash.matches([]))
        #expect(try !hash.matches([0] + Self.password))
        #expect(hash.needsRehash(for: .standard))
        #expect(hash.cost == nil)
        #expect(!"\(hash)".contains("salt"))
    }

    @Test(arguments: [
        "pbkdf2_sha256$0$saltsalt$2vLrmxK8YFROnGTL6oinO4bfT02gvTppeFbz7HWz5X0=",
        "pbkdf2_sha256$4000001$saltsalt$2vLrmxK8YFROnGTL6oinO4bfT02gvTppeFbz7HWz5X0=",
        "pbkdf2_sha256$99999999999999999999$saltsalt$2vLrmxK8YFROnGTL6oinO4bfT02gvTppeFbz7HWz5X0=",
        "pbkdf2_sha256$-1$saltsalt$2vLrmxK8YFROnGTL6oinO4bfT02gvTppeFbz7HWz5X0=",
        "pbkdf2_sha256$01000$saltsalt$2vLrmxK8YFROnGTL6oinO4bfT02gvTppeFbz7HWz5X0=",
        "pbkdf2_sha256$1000$$2vLrmxK8YFROnGTL6oinO4bfT02gvTppeFbz7HWz5X0=",
        "pbkdf2_sha256$1000$saltsalt$2vLrmxK8", "pbkdf2_sha256$1000$saltsalt$", "pbkdf2_sha256$1000$saltsalt",
        "pbkdf2_sha1$1000$saltsalt$2vLrmxK8YFROnGTL6oinO4bfT02gvTppeFbz7HWz5X0=",
        "pbkdf2:sha1:1000$saltsalt$daf2eb9b12bc60544e9c64cbea88a73b86df4f4da0bd3a697856f3ec75b3e57d",
        "pbkdf2:sha256:1000$saltsalt$DAF2eb9b12bc60544e9c64cbea88a73b86df4f4da0bd3a697856f3ec75b3e57d",
        "pbkdf2:sha256:1000$saltsalt$daf2", "pbkdf2:sha256$saltsalt$00", "scrypt:1000:8:1$saltsalt$00",
        "scrypt:1073741824:8:1$saltsalt$00", "scrypt:1024:0:1$saltsalt$00", "scrypt:1024:8$saltsalt$00",
        "$2b$04$", "$2b$03$abcdefghijklmnopqrstuuqREtd3VJD2QVZbuFskFSLk6eRIrQoOS",
        "$2b$31$abcdefghijklmnopqrstuuqREtd3VJD2QVZbuFskFSLk6eRIrQoOS",
        "$2x$04$abcdefghijklmnopqrstuuqREtd3VJD2QVZbuFskFSLk6eRIrQoOS",
        "$2b$04$abcdefghijklmnopqrstuuqREtd3VJD2QVZbuFskFSLk6eRIrQoO:",
        "$1$salt$hash", "$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA", "", "$", "$$", "$$$", ":::$$",
    ])
    func `is refused when it is damaged, unknown or too dear`(text: String) {
        #expect(PasswordHash(text: text) == nil)
    }
}
