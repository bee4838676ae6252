internal import Glibc

/// A directory that nobody else has, removed with everything in it when its owner goes.
public final class TemporaryDirectory: Sendable {
    public let path: String

    public init() {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(parent)/confab-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { fatalError("mkdtemp: \(String(cString: strerror(errno)))") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { Self.remove(path) }

    /// Deepest first, and never through a symbolic link: only what is a directory itself is looked into.
    private static func remove(_ path: String) {
        guard unlink(path) != 0, errno == EISDIR else { return }
        for name in Files.names(in: path) { remove(path + "/" + name) }
        rmdir(path)
    }

    public func file(_ name: String) -> String { path + "/" + name }
}

/// Whole files, for tests that look at what is on disk.
public enum Files {
    /// `nil` when there is no such file.
    public static func read(_ path: String) -> [UInt8]? {
        guard let file = fopen(path, "re") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = [], part = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&part, 1, part.count, file), count > 0 { bytes.append(contentsOf: part[..<count]) }
        return bytes
    }

    public static func write(_ bytes: [UInt8], to path: String) {
        guard let file = fopen(path, "we") else { fatalError("\(path): \(String(cString: strerror(errno)))") }
        defer { fclose(file) }
        precondition(fwrite(bytes, 1, bytes.count, file) == bytes.count, "\(path) could not be written")
    }

    public static func remove(_ path: String) {
        precondition(unlink(path) == 0, "\(path) could not be removed")
    }

    public static func makeDirectory(_ path: String) {
        precondition(mkdir(path, 0o700) == 0 || errno == EEXIST, "\(path) could not be made")
    }

    /// Names in a directory, sorted.
    public static func names(in directory: String) -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Where a symbolic link points to; `nil` when it is none.
    public static func target(of link: String) -> String? {
        var target = [CChar](repeating: 0, count: 4_096)
        let count = readlink(link, &target, target.count)
        guard count > 0 else { return nil }
        return String(decoding: target[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The descriptors that this process has open on a file, and whether each may write.
    public static func descriptors(of path: String) -> [(number: CInt, mayWrite: Bool)] {
        names(in: "/proc/self/fd").compactMap { name in
            guard let number = CInt(name) else { return nil }
            guard target(of: "/proc/self/fd/\(name)") == path else { return nil }
            return (number, fcntl(number, F_GETFL) & O_ACCMODE != O_RDONLY)
        }
    }
}

extension Files {
    /// Permission bits; `nil` when there is no such file.
    public static func mode(of path: String) -> UInt32? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o7777 : nil
    }

    /// Bytes; `nil` when there is no such file.
    public static func byteCount(of path: String) -> Int? {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : nil
    }
}
