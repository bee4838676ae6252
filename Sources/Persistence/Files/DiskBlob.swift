internal import Auth
internal import Base
internal import Channels
internal import Glibc
internal import Reactor

/// A file that is being written in `incoming/`. Whatever becomes of it, nothing of it is left there.
final class DiskBlob: IncomingBlob {
    private struct State {
        var descriptor: CInt
        let digest = RunningDigest()
        var byteCount: Int64 = 0
        var start: [UInt8] = []
    }

    private let store: DiskFileStore
    private let path: String
    private let state: Guarded<State>

    init(store: DiskFileStore, path: String, descriptor: CInt) {
        self.store = store
        self.path = path
        state = Guarded(State(descriptor: descriptor))
    }

    deinit { discard() }

    func write(_ bytes: [UInt8]) throws(FileFailure) {
        let error = state.withLock { state -> SystemError? in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { bytes in
                    // Not `write`, which also rings bells between threads: a test takes this call alone away.
                    var vector = iovec(
                        iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count)
                    return writev(state.descriptor, &vector, 1)
                }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return SystemError("writev") }
                rest = rest.dropFirst(count)
            }
            state.digest.update(bytes)
            state.byteCount += Int64(bytes.count)
            let missing = ContentSignature.byteCount - state.start.count
            if missing > 0 { state.start += bytes.prefix(missing) }
            return nil
        }
        if let error { throw store.failure(error) }
    }

    func seal() throws(FileFailure) -> Blob {
        let blob = sum()
        let error = state.withLock { fsync($0.descriptor) == 0 ? nil : SystemError("fsync") }
        if let error { throw store.failure(error) }
        return blob
    }

    /// What came, without waiting until it is on disk. Nothing may come afterwards.
    func sum() -> Blob {
        state.withLock { Blob(sha256: $0.digest.finish(), byteCount: $0.byteCount, start: $0.start) }
    }

    /// What came, to be read while it is not in its place.
    func opened() throws(FileFailure) -> OpenFile {
        guard let file = try store.openIfThere(path) else { throw store.failure(SystemError("open")) }
        return file
    }

    /// Gives it a name that nothing is promised of; false when that does not work.
    func move(to other: String) -> Bool {
        guard rename(path, other) == 0 else { return false }
        closeDescriptor()
        return true
    }

    func place(_ blob: Blob) throws(FileFailure) {
        let (directory, file) = store.place(of: blob.sha256)
        do throws(SystemError) {
            try DiskFileStore.makeDirectory(directory)
            // What is there already is the same; whoever has it open keeps what was opened.
            guard rename(path, file) == 0 else { throw SystemError("rename") }
            try DiskFileStore.sync(directory)
        } catch {
            throw store.failure(error)
        }
        closeDescriptor()
    }

    func discard() {
        if closeDescriptor() { unlink(path) }
    }

    /// False when it was closed before.
    @discardableResult private func closeDescriptor() -> Bool {
        state.withLock { state in
            guard state.descriptor >= 0 else { return false }
            close(state.descriptor)
            state.descriptor = -1
            return true
        }
    }
}
