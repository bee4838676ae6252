import Channels
import Gateway

/// Has the word of every commit before the event loops have it: for whoever writes down what was committed, for what
/// readers do at that moment, and for what a planted fault makes of it.
///
/// `@unchecked` is true because a world has one thread.
final class Herald: Fanout, @unchecked Sendable {
    let switchboard = Switchboard()
    private let tampering: Tampering
    var heard: ([Announcement]) -> Void = { _ in }

    init(_ tampering: @escaping Tampering = { $0 }) { self.tampering = tampering }

    func publish(_ batch: [Announcement], storedIn milliseconds: Int) {
        heard(batch)
        switchboard.publish(tampering(batch), storedIn: milliseconds)
    }
}
