internal import Glibc

/// The descriptors that are left when strangers have taken theirs. Swift's pool needs some to watch its threads, and
/// ends the process when it gets none; the database, the certificates and the operator need some too. So a connection
/// or a client's file that was given one of the last is not kept.
public enum DescriptorRoom: Sendable {
    private static let reservedMax = 64

    /// Whether a descriptor may be kept for a stranger. The kernel gives the lowest number that is free, so that a high
    /// one means that nearly all are taken.
    public static func isSpare(_ raw: CInt) -> Bool {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return true }
        let count = Int(clamping: limit.rlim_cur)
        return Int(raw) < count - min(reservedMax, count / 8)
    }
}
