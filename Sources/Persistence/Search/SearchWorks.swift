internal import Base
internal import Channels
internal import Reactor
internal import Telemetry

/// The thread that owns the index, lets others go first, and never writes to the database beside it.
final class SearchWorks: Sendable {
    /// What readers have to know of the index.
    struct State: Sendable {
        /// Another number when the file is another one.
        var generation = 0
        /// Much of the journal is not indexed yet: an older data directory, or an index that was thrown away.
        var isCatchingUp = false
    }

    private let path: String
    private let epoch: String
    private let makeArchive: @Sendable () throws(StoreFailure) -> ArchiveReader
    private let forgotten: @Sendable ([SearchPass.Stale]) -> Void
    private let isShortOfRoom: @Sendable () -> Bool
    private let bell: SearchBell
    private let time: TimeSource
    private let log: Logger
    let state = Guarded(State())
    private let isStopping = Guarded(false)
    private let isDamaged = Guarded(false)
    private let stops = Semaphore()
    private let ended = Semaphore()

    /// Milliseconds for which what happens is gathered: the more messages, the less each of them costs.
    private static let gatherMilliseconds = 200
    /// Milliseconds after which it looks even if nothing rang.
    private static let lookMilliseconds = 2_000
    private static let failureMilliseconds = 1_000...60_000
    /// Steps in a row after which it is far behind.
    private static let behindSteps = 4
    private static let niceness: CInt = 10

    init(
        path: String, epoch: String, bell: SearchBell, time: TimeSource, log: Logger,
        isShortOfRoom: @escaping @Sendable () -> Bool,
        archive makeArchive: @escaping @Sendable () throws(StoreFailure) -> ArchiveReader,
        forgotten: @escaping @Sendable ([SearchPass.Stale]) -> Void
    ) {
        self.path = path
        self.epoch = epoch
        self.bell = bell
        self.time = time
        self.log = log
        self.isShortOfRoom = isShortOfRoom
        self.makeArchive = makeArchive
        self.forgotten = forgotten
    }

    func start() {
        _ = Thread(named: "search", niceness: Self.niceness) { [self] in
            run()
            ended.signal()
        }
    }

    /// Waits until it has ended, which is soon.
    func stop() {
        isStopping.withLock { $0 = true }
        stops.signal()
        bell.ring()
        ended.wait()
    }

    /// A reader has found something in the index that is not what was written.
    func foundDamage() {
        isDamaged.withLock { $0 = true }
        bell.ring()
    }

    private func takeDamage() -> Bool {
        isDamaged.withLock { isDamaged in
            defer { isDamaged = false }
            return isDamaged
        }
    }

    private var isToStop: Bool { isStopping.withLock { $0 } }

    private func run() {
        var pass: SearchPass?, pause = Self.failureMilliseconds.lowerBound, stepCount = 0
        while !isToStop {
            bell.await()
            do throws(StoreFailure) {
                if takeDamage() { throw .damaged("a search has found damage in the index") }
                if pass == nil {
                    pass = try SearchPass(path: path, epoch: epoch, archive: try makeArchive(), forgotten: forgotten)
                    state.withLock { $0.generation += 1 }
                }
                let hasMore = isShortOfRoom() ? false : try pass?.step(at: time) ?? false
                stepCount = hasMore ? stepCount + 1 : 0
                state.withLock { [stepCount] in $0.isCatchingUp = stepCount > Self.behindSteps }
                if hasMore { continue }
                pause = Self.failureMilliseconds.lowerBound
                bell.wait(milliseconds: Self.lookMilliseconds)
                if !isToStop { stops.wait(milliseconds: Self.gatherMilliseconds) }
            } catch {
                pass = nil
                if error != .full {
                    log.error("the search's index cannot be used; it is made anew", ["why": "\(error)"])
                    SearchIndex.remove(path)
                }
                stops.wait(milliseconds: pause)
                pause = min(2 * pause, Self.failureMilliseconds.upperBound)
            }
        }
    }
}
