import Reactor

/// Some threads that are started together and waited for together.
struct Threads: ~Copyable {
    private let ended = Semaphore()
    private let count: Int

    init(_ bodies: [@Sendable () -> Void]) {
        count = bodies.count
        for (index, body) in bodies.enumerated() {
            _ = Thread(named: "talker-\(index)") { [ended] in
                body()
                ended.signal()
            }
        }
    }

    consuming func join() {
        for _ in 0..<count { ended.wait() }
    }
}
