import Glibc

/// The inputs that are kept for the targets: `Fuzz/corpora/<target>/<input>`.
enum Corpus {
    struct Input {
        var name: String
        var bytes: [UInt8]
    }

    private static let folder =
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2).joined(separator: "/")
        + "/corpora"

    /// The folders that are there.
    static var targets: [String] { names(in: folder) }

    /// In the order of their names; none where there is no such folder.
    static func inputs(of target: String) -> [Input] {
        names(in: "\(folder)/\(target)").map { Input(name: $0, bytes: bytes(of: "\(folder)/\(target)/\($0)")) }
    }

    private static func names(in folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    private static func bytes(of path: String) -> [UInt8] {
        guard let file = fopen(path, "re") else { return [] }
        defer { fclose(file) }
        var bytes: [UInt8] = [], part = [UInt8](repeating: 0, count: 16 << 10)
        while case let count = fread(&part, 1, part.count, file), count > 0 { bytes += part[..<count] }
        return bytes
    }
}
