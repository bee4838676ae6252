import Glibc

/// Time since an arbitrary start, from a clock that nobody sets.
typealias Nanoseconds = UInt64

enum Clock {
    static var now: Nanoseconds {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Nanoseconds(time.tv_sec) * 1_000_000_000 + Nanoseconds(time.tv_nsec)
    }

    static func after(seconds: Double) -> Nanoseconds { now + Nanoseconds(seconds * 1e9) }
}
