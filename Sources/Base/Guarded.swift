#if THREAD_SANITIZER
    internal import Glibc
#else
    internal import Synchronization
#endif

/// A value that several threads share, each touching it only inside `withLock`. Held for moments, never across a call
/// that may wait.
#if THREAD_SANITIZER
    /// The thread sanitizer cannot see the futex inside `Mutex` and would report every use, so its builds take a lock
    /// that it knows. `@unchecked` is true because `value` is touched only between lock and unlock of `mutex`.
    public final class Guarded<Value>: @unchecked Sendable {
        private var value: Value
        private let mutex: UnsafeMutablePointer<pthread_mutex_t>

        public init(_ value: sending Value) {
            self.value = value
            mutex = .allocate(capacity: 1)
            pthread_mutex_init(mutex, nil)
        }

        deinit {
            pthread_mutex_destroy(mutex)
            mutex.deallocate()
        }

        public func withLock<Result>(_ body: (inout Value) -> sending Result) -> sending Result {
            pthread_mutex_lock(mutex)
            defer { pthread_mutex_unlock(mutex) }
            return body(&value)
        }
    }
#else
    public final class Guarded<Value>: Sendable {
        private let mutex: Mutex<Value>

        public init(_ value: sending Value) { mutex = Mutex(value) }

        public func withLock<Result>(_ body: (inout sending Value) -> sending Result) -> sending Result {
            mutex.withLock(body)
        }
    }
#endif
