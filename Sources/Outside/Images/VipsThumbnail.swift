public import Base
internal import Glibc
internal import Reactor

/// Small images by `vipsthumbnail` (Debian's libvips-tools), another process for each: decoding what strangers have
/// sent is where images do harm, and there it can harm nobody. It has an empty environment and a directory of its own,
/// no descriptor but the image, and bounds on its time, its memory and what it writes; only loaders that libvips trusts
/// with what anybody may have made are used.
public struct VipsThumbnail: ImageShrinker {
    /// Points of the longer side.
    static let sizeMax = 640
    /// Bytes of a small image; one of that size has some tens of thousands.
    static let byteCountMax = 1 << 20
    /// Seconds of a processor, and milliseconds in all.
    private static let cpuSeconds = 10
    private static let millisecondsMax = 20_000
    /// Bytes of address space: what fifty million points take in the worst form, and the library.
    private static let memoryBytesMax = 1 << 30
    private static let fileCountMax = 64

    public var contentType: String { "image/jpeg" }
    private let tool: String
    private let directory: String

    /// Where the tool may lie.
    private static let places = ["/usr/bin/vipsthumbnail", "/usr/local/bin/vipsthumbnail"]
    private static let needed = ["/usr/bin/env", "/usr/bin/prlimit"]

    /// The tool's path; `nil` when it is not there.
    public static var path: String? {
        guard needed.allSatisfy({ access($0, X_OK) == 0 }) else { return nil }
        return places.first { access($0, X_OK) == 0 }
    }

    /// `nil` when the tool is not there.
    /// - Parameter directory: for what it works on; made where there is none, and emptied.
    public init?(directory: String) {
        guard let path = Self.path else { return nil }
        tool = path
        self.directory = directory
        guard mkdir(directory, 0o700) == 0 || errno == EEXIST else { return nil }
        Self.empty(directory)
    }

    public func shrink(_ image: OpenFile) throws(ShrinkFailure) -> [UInt8] {
        var random = RandomSource.system
        let place = directory + "/" + random.bytes(16).hexadecimal
        guard mkdir(place, 0o700) == 0 else { throw .unavailable("\(SystemError("mkdir"))") }
        defer {
            Self.empty(place)
            rmdir(place)
        }
        let end: Subprocess.End
        do throws(SystemError) {
            end = try Subprocess.run(
                command(in: place), environment: ["VIPS_BLOCK_UNTRUSTED=1", "VIPS_CONCURRENCY=1", "TMPDIR=\(place)"],
                reading: image, milliseconds: Self.millisecondsMax)
        } catch {
            throw .unavailable("\(error)")
        }
        guard end == .exited(0), let bytes = Self.read(place + "/small.jpg") else { throw .impossible }
        return bytes
    }

    private func command(in place: String) -> [String] {
        [
            "/usr/bin/env", "-C", place, "/usr/bin/prlimit", "--cpu=\(Self.cpuSeconds)",
            "--as=\(Self.memoryBytesMax)", "--fsize=\(Self.byteCountMax)", "--nofile=\(Self.fileCountMax)", "--core=0",
            "--", tool, "/proc/self/fd/0", "--size", "\(Self.sizeMax)x\(Self.sizeMax)>", "--export-profile", "srgb",
            "--output",
            "\(place)/small.jpg[Q=80,strip,optimize_coding,background=255]",
        ]
    }

    private static func read(_ path: String) -> [UInt8]? {
        let raw = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard raw >= 0, let file = OpenFile(adopting: raw), (1...byteCountMax).contains(file.byteCount) else {
            return nil
        }
        return file.read(0..<file.byteCount)
    }

    /// Files, and directories of files.
    private static func empty(_ directory: String) {
        guard let stream = opendir(directory) else { return }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name != ".", name != ".." else { continue }
            let path = directory + "/" + name
            if unlink(path) != 0 {
                empty(path)
                rmdir(path)
            }
        }
    }
}
