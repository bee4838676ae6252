internal import CLinux

/// What the kernel writes down of a process that crashes: all of its memory, with every key and password in it.
public enum CoreDumps: Sendable {
    /// No dump of this process from now on, and none of its memory for other processes of its user.
    public static func forbid() { confab_forbid_dumps() }
}
