import Glibc

/// The files of the repository that these tests stand in.
enum Tree {
    static let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        .joined(separator: "/")

    /// Texts by the end of their names, below some folders.
    static func texts(_ ends: [String], below folders: [String]) -> [TextFile] {
        folders.flatMap { paths(below: $0) }
            .filter { path in ends.contains { path.hasSuffix($0) } }
            .sorted().map { TextFile($0, text(of: $0)) }
    }

    static func exists(_ path: String) -> Bool { access("\(root)/\(path)", F_OK) == 0 }

    static func text(of path: String) -> String {
        guard let file = fopen("\(root)/\(path)", "re") else { return "" }
        defer { fclose(file) }
        var bytes: [UInt8] = [], part = [UInt8](repeating: 0, count: 64 << 10)
        while case let count = fread(&part, 1, part.count, file), count > 0 { bytes += part[..<count] }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Files below a folder (the root: an empty name), without what is built or hidden.
    private static func paths(below folder: String) -> [String] {
        guard let directory = opendir("\(root)/\(folder)") else { return [] }
        defer { closedir(directory) }
        var all: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard !name.hasPrefix("."), name != "node_modules", name != "data" else { continue }
            let path = folder.isEmpty ? name : "\(folder)/\(name)"
            if entry.pointee.d_type == UInt8(DT_DIR) { all += paths(below: path) } else { all.append(path) }
        }
        return all
    }
}
