import Base
import Glibc
import Testing

@testable import Reactor

@Suite("A tree of files") struct FileTreeTests {
    /// A directory with a page and with what must not be had of it, beside a secret.
    private final class Place {
        let path: String

        init() throws {
            var template = Array("/tmp/confab-test-XXXXXX".utf8CString)
            guard mkdtemp(&template) != nil else { throw SystemError("mkdtemp") }
            path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
            for name in ["", "/tree", "/tree/img", "/tree/.git", "/tree/empty"] { mkdir(path + name, 0o755) }
            for name in ["secret", "tree/index.html", "tree/img/a.png", "tree/.hidden", "tree/.git/config"] {
                try write(name)
            }
            symlink("../secret", path + "/tree/link.txt")
            symlink("index.html", path + "/tree/inner.html")
            symlink("..", path + "/tree/up")
            mkfifo(path + "/tree/pipe", 0o644)
            try write("tree/closed")
            chmod(path + "/tree/closed", 0)
        }

        func write(_ name: String) throws {
            let raw = open("\(path)/\(name)", O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
            guard raw >= 0 else { throw SystemError("open") }
            Glibc.write(raw, name, name.utf8.count)
            close(raw)
        }

        deinit {
            for name in [
                "secret", "tree/index.html", "tree/img/a.png", "tree/.hidden", "tree/.git/config", "tree/link.txt",
                "tree/inner.html", "tree/up", "tree/pipe", "tree/closed",
            ] { unlink("\(path)/\(name)") }
            for name in ["tree/.git", "tree/img", "tree/empty", "tree", ""] { rmdir("\(path)/\(name)") }
        }
    }

    @Test(arguments: [["index.html"], ["img", "a.png"]]) func `gives plain files at any depth`(names: [String]) throws {
        let place = try Place(), tree = try FileTree(path: place.path + "/tree")
        let file = try #require(try tree.open(names))
        let wanted = "tree/" + names.joined(separator: "/")
        #expect(file.byteCount == wanted.utf8.count)
        #expect(file.read(0..<file.byteCount).map { String(decoding: $0, as: UTF8.self) } == wanted)
        #expect(file.read(0..<file.byteCount + 1) == nil)
        #expect(file.modifiedNanoseconds > 1_700_000_000_000_000_000)
    }

    @Test(arguments: [
        [], ["nothing"], ["img"], ["empty"], [".hidden"], [".git", "config"], ["."], [".."], ["..", "secret"],
        ["img", "..", "index.html"], ["up", "secret"], ["up", "tree", "index.html"], ["link.txt"], ["inner.html"],
        ["pipe"], ["index.html", "x"], ["index.html", ""], ["", "index.html"], ["img/a.png"], ["../secret"],
        ["index.html\0.png"], [String(repeating: "a", count: 300)], [String](repeating: "img", count: 5_000),
    ])
    func `gives nothing else`(names: [String]) throws {
        let place = try Place(), tree = try FileTree(path: place.path + "/tree")
        #expect(try tree.open(names) == nil)
    }

    @Test func `looks into whatever directory is there now`() throws {
        let place = try Place(), tree = try FileTree(path: place.path + "/tree")
        #expect(rename(place.path + "/tree/img", place.path + "/tree/pictures") == 0)
        #expect(try tree.open(["img", "a.png"]) == nil)
        #expect(try tree.open(["pictures", "a.png"]) != nil)
        rename(place.path + "/tree/pictures", place.path + "/tree/img")
    }

    @Test func `has to be there`() throws {
        #expect(throws: SystemError("open", code: ENOENT)) { try FileTree(path: "/nothing/of/that/name") }
        #expect(throws: SystemError("open", code: ENOTDIR)) { try FileTree(path: "/etc/passwd") }
    }
}
