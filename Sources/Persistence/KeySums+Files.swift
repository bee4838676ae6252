internal import Glibc
internal import Reactor

/// The sums as they lie in a data directory.
extension KeySums {
    /// Empty when there are none.
    /// - Parameter isDamaged: there are some, which are not what was written and count for nothing.
    static func read(in data: String) -> (sums: KeySums, isDamaged: Bool) {
        guard let text = SmallFiles.read(data + "/" + name) else { return (KeySums(), false) }
        guard let sums = KeySums(text: text) else { return (KeySums(), true) }
        return (sums, false)
    }

    /// Whether a file's content is what was written, as far as that is known. One that has no sum yet is given one,
    /// where there is room for it on the disk: it is of an older server.
    static func admits(_ bytes: [UInt8], of file: String, in data: String) -> Bool {
        let sums = read(in: data).sums
        switch sums.judge(bytes, of: file) {
        case .whole: return true
        case .damaged: return false
        case .unknown:
            try? sums.adding(bytes, of: file, in: data)
            return true
        }
    }

    /// To be called before a file gets that content.
    static func expect(_ bytes: [UInt8], of file: String, in data: String) throws(SystemError) {
        try read(in: data).sums.adding(bytes, of: file, in: data)
    }

    private func adding(_ bytes: [UInt8], of file: String, in data: String) throws(SystemError) {
        var sums = self
        sums.add(bytes, of: file)
        if mkdir(data + "/keys", 0o700) != 0, errno != EEXIST { throw SystemError("mkdir") }
        try SmallFiles.write(sums.text, to: data + "/" + Self.name)
    }

    /// What is wrong with the key files of a directory, in words for the operator.
    static func faults(in data: String) -> [String] {
        let (sums, isDamaged) = read(in: data)
        var faults = isDamaged ? ["\(name) is not what was written: the next start makes it anew"] : []
        for file in SmallFiles.names(in: data) where covers(file) {
            guard let bytes = SmallFiles.read(data + "/" + file), sums.judge(bytes, of: file) == .damaged else {
                continue
            }
            faults.append("\(file) is not what was written")
        }
        return faults
    }

    /// What to do about such a file.
    static func advice(_ path: String) -> String {
        "\(path) is damaged: it is not what was written; put a copy of a backup in its place, or take \(name) away to "
            + "have it used as it is"
    }
}
