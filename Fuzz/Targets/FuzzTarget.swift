internal import Glibc

/// A parser and what it promises about any bytes whatever. The fuzzer and the tests both run it.
struct FuzzTarget: Sendable {
    /// Also the folder of its inputs, `Fuzz/corpora/<name>`.
    let name: String
    /// Bytes of an input. The bounds inside the targets are small as well, so that a short input reaches them.
    let bytesMax: Int
    let check: @Sendable ([UInt8]) throws(BrokenPromise) -> Void

    init(_ name: String, bytesMax: Int, _ check: @escaping @Sendable ([UInt8]) throws(BrokenPromise) -> Void) {
        self.name = name
        self.bytesMax = bytesMax
        self.check = check
    }

    /// What one input may take of its thread's time, whatever it holds.
    static let millisecondsMax = 100.0

    /// Checks one input and tells the thread's CPU time for it, which other programs on the machine do not count into.
    func milliseconds(_ input: [UInt8]) throws(BrokenPromise) -> Double {
        let begun = Self.threadMilliseconds()
        try check(input)
        return Self.threadMilliseconds() - begun
    }

    private static func threadMilliseconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1_000 + Double(time.tv_nsec) / 1_000_000
    }
}

/// An input for which a promise does not hold.
struct BrokenPromise: Error, CustomStringConvertible {
    let what: String

    var description: String { what }
}

/// Says that something holds for the input; the words are those of the promise.
func promise(
    _ holds: @autoclosure () throws(BrokenPromise) -> Bool, _ what: @autoclosure () -> String
) throws(BrokenPromise) {
    guard try holds() else { throw BrokenPromise(what: "broken promise: \(what())") }
}
