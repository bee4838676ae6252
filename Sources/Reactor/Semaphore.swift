internal import CLinux
internal import Glibc

/// Counts what is there to be taken; threads that find nothing wait (POSIX `sem_t`, which may be used from any thread).
public final class Semaphore: Sendable {
    private let handle: SendablePointer

    /// `@unchecked` is true because every operation on a `sem_t` is atomic and the pointer itself never changes.
    private struct SendablePointer: @unchecked Sendable {
        let raw: UnsafeMutablePointer<sem_t>
    }

    public init() {
        handle = SendablePointer(raw: .allocate(capacity: 1))
        sem_init(handle.raw, 0, 0)
    }

    deinit {
        sem_destroy(handle.raw)
        handle.raw.deallocate()
    }

    public func signal() { sem_post(handle.raw) }

    public func wait() {
        while sem_wait(handle.raw) != 0 {}
    }

    /// False when there was nothing for so long, whatever becomes of the clock on the wall meanwhile.
    @discardableResult public func wait(milliseconds: Int) -> Bool {
        while confab_wait(handle.raw, Int64(milliseconds)) != 0 {
            guard errno == EINTR else { return false }
        }
        return true
    }
}
