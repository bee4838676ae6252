import Base
import Channels
import Testing

@Suite("What a file is") struct ContentSignatureTests {
    private func type(_ bytes: [UInt8], isWhole: Bool = true) -> String {
        ContentSignature.contentType(of: bytes, isWhole: isWhole)
    }

    private func type(_ text: String) -> String { type(Array(text.utf8)) }

    @Test(
        arguments: [
            ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0], "image/png"),
            ([0xFF, 0xD8, 0xFF, 0xE0], "image/jpeg"),
            (Array("GIF89a....".utf8), "image/gif"), (Array("RIFF\u{1}\u{2}\u{3}\u{4}WEBPVP8 ".utf8), "image/webp"),
            ([0, 0, 0, 0x1C] + Array("ftypavif".utf8), "image/avif"),
            ([0, 0, 0, 0x1C] + Array("ftypheic".utf8), "image/heic"),
            (Array("BM".utf8) + [1, 2, 3, 4, 0, 0, 0, 0, 54], "image/bmp"), (Array("%PDF-1.7".utf8), "application/pdf"),
            (Array("PK".utf8) + [3, 4, 20], "application/zip"), ([0x1F, 0x8B, 8, 0], "application/gzip"),
            (Array("ID3".utf8) + [4, 0], "audio/mpeg"), ([0xFF, 0xFB, 0x90], "audio/mpeg"),
            (Array("OggS".utf8) + [0], "audio/ogg"), (Array("RIFF\u{1}\u{2}\u{3}\u{4}WAVEfmt ".utf8), "audio/wav"),
            ([0, 0, 0, 0x18] + Array("ftypmp42".utf8), "video/mp4"), ([0x1A, 0x45, 0xDF, 0xA3], "video/webm"),
            ([0, 1, 2, 3], ContentSignature.unknown), ([], ContentSignature.unknown),
            ([0xC3, 0x28, 0x41], ContentSignature.unknown),
        ] as [([UInt8], String)])
    func `is told by its first bytes`(bytes: [UInt8], expected: String) {
        #expect(type(bytes) == expected)
    }

    @Test(arguments: [
        "<!DOCTYPE html><script>alert(1)</script>", #"<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>"#,
        "<?xml version=\"1.0\"?><html/>", "Grüße\tund\r\nZeilen", "BMW", "var a = 1", "#!/bin/sh",
    ])
    func `is text for everything that is written, whatever a browser could make of it`(text: String) {
        #expect(type(text) == ContentSignature.text)
        #expect(!ContentSignature.isShown(type(text)))
    }

    @Test func `is text also where the last character that is looked at is cut in two`() {
        let text = Array(String(repeating: "ü", count: 4_000).utf8)
        #expect(type(Array(text.prefix(ContentSignature.byteCount - 1)), isWhole: false) == ContentSignature.text)
        #expect(type(Array(text.prefix(99)), isWhole: true) == ContentSignature.unknown)
        #expect(type(Array("a".utf8) + text, isWhole: false) == ContentSignature.text)
    }

    @Test func `only images, sounds and films are shown in their place`() {
        for type in ["image/png", "audio/ogg", "video/mp4"] { #expect(ContentSignature.isShown(type)) }
        for type in ["application/pdf", ContentSignature.text, ContentSignature.unknown] {
            #expect(!ContentSignature.isShown(type))
        }
    }

    @Test(
        arguments: [
            ("a.txt", "a.txt"), ("../../etc/passwd", "passwd"), (#"C:\dir\a.png"#, "a.png"), ("a\0.png", "a.png"),
            ("photo\u{202E}gpj.exe", "photogpj.exe"), ("a\r\nSet-Cookie: x", "aSet-Cookie: x"), ("", "file"),
            ("...", "file"), ("/", "file"), ("  a  ", "a"), ("日本語.pdf", "日本語.pdf"), (".profile", ".profile"),
            (String(repeating: "x", count: 300) + ".jpeg", String(repeating: "x", count: 250) + ".jpeg"),
            (String(repeating: "ü", count: 300), String(repeating: "ü", count: 127)),
        ] as [(String, String)])
    func `a name is shown without what is a path or cannot be seen`(given: String, shown: String) {
        #expect(FileName.clean(given, bytesMax: 255) == shown)
    }
}
