internal import Base
internal import CLinux
internal import Glibc
internal import Synchronization

/// The one door into a thread: others put letters in, the owner takes all of them out at once. A letter costs an
/// append; the owner is woken once for all letters that come before it looks.
public final class Mailbox<Letter: Sendable>: Sendable {
    private let letters = Guarded<[Letter]>([])
    private let isArmed = Atomic<Bool>(false)
    private let wake: Descriptor
    private let capacity: Int

    /// `capacity` bounds what `offer` takes; `post` is for letters whose number is bounded by something else.
    public init(capacity: Int = .max) throws(SystemError) {
        let descriptor = eventfd(0, CInt(EFD_CLOEXEC | EFD_NONBLOCK))
        guard descriptor >= 0 else { throw SystemError("eventfd") }
        wake = Descriptor(descriptor)
        self.capacity = capacity
    }

    /// Readable when there are letters; for the owner's `Poller`.
    public var descriptor: CInt { wake.raw }

    public func post(_ letter: Letter) {
        letters.withLock { $0.append(letter) }
        ring()
    }

    /// Puts a letter in unless the mailbox is full.
    public func offer(_ letter: Letter) -> Bool {
        let isTaken = letters.withLock { letters in
            guard letters.count < capacity else { return false }
            letters.append(letter)
            return true
        }
        if isTaken { ring() }
        return isTaken
    }

    /// Letters that wait.
    public var count: Int { letters.withLock { $0.count } }

    /// Takes all letters out, in the order in which they came. `letters` is emptied first; its memory is used again.
    public func drain(into taken: inout [Letter]) {
        var count: UInt64 = 0
        _ = read(wake.raw, &count, 8)
        // Disarmed before the letters are taken: a letter that comes in between rings again.
        isArmed.store(false, ordering: .sequentiallyConsistent)
        taken.removeAll(keepingCapacity: true)
        letters.withLock { swap(&$0, &taken) }
    }

    /// Waits until there are letters, or until the time is over (-1: never); true when there are some.
    public func wait(milliseconds: CInt = -1) -> Bool {
        var descriptor = pollfd(fd: wake.raw, events: Int16(POLLIN), revents: 0)
        return poll(&descriptor, 1, milliseconds) > 0
    }

    private func ring() {
        guard !isArmed.exchange(true, ordering: .acquiringAndReleasing) else { return }
        var one: UInt64 = 1
        _ = write(wake.raw, &one, 8)
    }
}
