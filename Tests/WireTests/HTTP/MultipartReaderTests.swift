import Testing

@testable import Wire

@Suite("A form with files") struct MultipartReaderTests {
    private static let type = "multipart/form-data; boundary=xyz"

    /// What a reader says of a body that comes in pieces of `size`, with data joined; the status where it is refused.
    private func read(_ body: [UInt8], type: String = Self.type, cutEvery size: Int = .max) -> [String] {
        guard var reader = MultipartReader(contentType: type) else { return ["no form"] }
        var words: [String] = [], data: [UInt8] = []
        var rest = body[...]
        do throws(HTTPViolation) {
            while true {
                if let event = try reader.nextEvent() {
                    switch event {
                    case .part(let part): words.append("part \(part.name ?? "-") \(part.filename ?? "-")")
                    case .data(let bytes): data += bytes
                    case .partEnd:
                        words.append(String(decoding: data, as: UTF8.self))
                        data = []
                    case .end: words.append("end")
                    }
                } else if rest.isEmpty {
                    return words + (reader.isWhole ? [] : ["cut"])
                } else {
                    reader.receive(Array(rest.prefix(size)))
                    rest = rest.dropFirst(size)
                }
            }
        } catch {
            return words + ["\(error.status)"]
        }
    }

    private func read(_ text: String, type: String = Self.type, cutEvery size: Int = .max) -> [String] {
        read(Array(text.utf8), type: type, cutEvery: size)
    }

    private static func part(_ name: String, _ data: String, file: String? = nil) -> String {
        "--xyz\r\nContent-Disposition: form-data; name=\"\(name)\"\(file.map { "; filename=\"\($0)\"" } ?? "")\r\n\r\n"
            + "\(data)\r\n"
    }

    private static let whole =
        part("note", "hi") + part("file", "a\r\n--xy\r\n-\r\r\n--b", file: "a.txt") + part("empty", "", file: "e")
        + "--xyz--\r\nand more"

    @Test(arguments: Array(1...40) + [1_000])
    func `is understood the same however it was cut`(size: Int) {
        #expect(
            read(Self.whole, cutEvery: size) == [
                "part note -", "hi", "part file a.txt", "a\r\n--xy\r\n-\r\r\n--b", "part empty e", "", "end",
            ])
    }

    @Test func `may have a few words before it and may say nothing`() {
        #expect(read("words\r\n\(Self.part("a", "1"))--xyz--") == ["part a -", "1", "end"])
        #expect(read("--xyz--") == ["end"])
    }

    @Test func `gives data on while it comes`() throws {
        var reader = try #require(MultipartReader(contentType: Self.type))
        reader.receive(Array(Self.part("f", "", file: "f").utf8.dropLast(2)))
        #expect(try reader.nextEvent() == .part(ContentDisposition(kind: "form-data", name: "f", filename: "f")))
        let data = [UInt8](repeating: 0x0D, count: 100_000)
        reader.receive(data)
        guard case .data(let bytes) = try reader.nextEvent() else {
            Issue.record("no data")
            return
        }
        #expect(data.count - bytes.count < 70, "no more is held than a boundary is long")
    }

    @Test(
        arguments: [
            ("--xyz\r\n\r\ndata\r\n--xyz--", "400"), ("--xyz\r\nContent-Disposition: attachment\r\n\r\n", "400"),
            ("--xyz\r\nno field\r\n\r\n", "400"), ("--xyz\r\nContent-Disposition: form-data;;\u{1}\r\n\r\n", "400"),
            ("--xyz junk\r\n", "400"), ("--xyzz\r\n", "400"), ("--xyz\nA", "400"),
            ("--xyz\r\nContent-Disposition: form-data; name=a\r\nContent-Disposition: form-data\r\n\r\n", "400"),
            (String(repeating: "p", count: 5_000), "400"),
            ("--xyz\r\nA: \(String(repeating: "a", count: 9_000))", "431"),
            ("--xyz\r\n\(String(repeating: "A: a\r\n", count: 17))\r\n", "431"),
        ] as [(String, String)])
    func `is refused when it is malformed or too large`(body: String, status: String) {
        #expect(read(body) == [status])
        #expect(read(body, cutEvery: 7).last == status)
    }

    @Test func `is refused when it has too many parts, and is not whole without its end`() {
        let parts = String(repeating: Self.part("a", "1"), count: 100)
        #expect(read(parts).last == "413")
        #expect(read(Self.part("a", "1", file: "a")) == ["part a a", "cut"])
        #expect(read("") == ["cut"])
    }

    @Test(
        arguments: [
            ("multipart/form-data; boundary=xyz", true), (#"Multipart/Form-Data;charset=utf-8; Boundary="xyz""#, true),
            ("multipart/form-data", false), ("multipart/form-data; boundary=", false),
            ("multipart/mixed; boundary=xyz", false), ("multipart/form-data; boundary=a; boundary=b", false),
            ("multipart/form-data; boundary=\(String(repeating: "b", count: 71))", false),
            ("text/plain; boundary=xyz", false), ("", false),
        ] as [(String, Bool)])
    func `says by its type what stands between its parts`(type: String, isForm: Bool) {
        #expect((MultipartReader(contentType: type) != nil) == isForm)
    }
}
