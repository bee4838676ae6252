import Channels
import Testing

@Suite("Mentions") struct MentionsTests {
    @Test(
        arguments: [
            ("", []), ("hello", []), ("@ann", ["ann"]), ("hello @ann!", ["ann"]), ("(@ann)", ["ann"]),
            ("@ann @bob", ["ann", "bob"]), ("@bob,@ann", ["bob", "ann"]), ("@Ann @ANN @ann", ["ann"]),
            ("@ann.", ["ann"]), ("@ann...", ["ann"]), ("@ann-", ["ann"]), ("@ann.b-c_d9", ["ann.b-c_d9"]),
            ("@a.-", ["a"]), ("mail ann@example.org", []), ("x_@ann", []), ("@@ann", []), ("@ann@bob", ["ann"]),
            ("@", []), ("@ @", []), ("@.", []), ("@é", []), ("@anné", ["ann"]), ("@ann\n@bob", ["ann", "bob"]),
            ("...@ann", ["ann"]), ("-@ann", ["ann"]), ("\"@ann\"", ["ann"]), ("@ann's", ["ann"]), ("@1", ["1"]),
        ]) func `are the names behind an @ that begins a word`(text: String, names: [String])
    {
        #expect(Mentions.names(in: Array(text.utf8), countMax: 50) == names)
    }

    @Test func `are no more than are asked for, the first ones`() {
        let text = (1...9).map { "@n\($0)" }.joined(separator: " ")
        #expect(Mentions.names(in: Array(text.utf8), countMax: 3) == ["n1", "n2", "n3"])
        #expect(Mentions.names(in: Array(text.utf8), countMax: 0) == [])
        #expect(Mentions.names(in: Array("@a @a @a @b".utf8), countMax: 2) == ["a", "b"])
    }

    @Test func `are found in bytes that are no text`() {
        #expect(Mentions.names(in: [0xFF, 0x40, 0x61, 0xFF, 0x40], countMax: 50) == ["a"])
    }
}
