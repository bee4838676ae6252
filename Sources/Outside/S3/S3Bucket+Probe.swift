public import Base

extension S3Bucket {
    /// Puts a small object, reads it, lists, and removes it: everything that a server needs to be allowed.
    public func probe() throws(ObjectFailure) {
        var random = RandomSource.system
        let bytes = random.bytes(64), name = "probe-\(random.bytes(8).hexadecimal)"
        try put(name, bytes)
        let came = Guarded<[UInt8]>([])
        do throws(ObjectFailure) {
            try get(name) { piece in
                came.withLock { $0 += piece }
                return true
            }
            _ = try list(after: nil)
        } catch {
            try? remove(name)
            throw error
        }
        try remove(name)
        guard came.withLock({ $0 }) == bytes else { throw .refused("what was put is not what is given back") }
        guard try byteCount(of: name) == nil else { throw .refused("what was removed is still there") }
    }
}
