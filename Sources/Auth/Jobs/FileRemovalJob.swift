internal import Base

/// The job that removes the bytes of files that are gone from where they are kept, when that is not this machine.
public enum FileRemovalJob {
    public static let kind: JobKind = "files.remove"

    /// Hashes that one job has: what is asked for again when one of them could not be removed.
    public static let hashesMax = 500

    /// As many jobs as it takes.
    public static func all(for hashes: [[UInt8]]) -> [NewJob] {
        stride(from: 0, to: hashes.count, by: hashesMax).map { start in
            let some = hashes[start..<min(start + hashesMax, hashes.count)]
            return NewJob(
                kind,
                payload: JSONWriter.object { json in
                    json.array("sha256") { json in
                        for hash in some { json.value(hash.hexadecimal) }
                    }
                })
        }
    }

    /// What is to be removed; `nil` for what is no such job.
    public static func hashes(of job: Job) -> [[UInt8]]? {
        guard let root = try? JSONDocument(parsing: job.payload).root else { return nil }
        return root["sha256"]?.elements.compactMap { $0.string?.hexadecimalBytes }
    }
}
