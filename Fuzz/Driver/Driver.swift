internal import CFuzzer
internal import Glibc

/// The target that this process fuzzes. By the environment and not by an argument, because libFuzzer starts itself
/// again with the arguments that it knows.
private let chosen: FuzzTarget? = {
    guard let name = getenv("FUZZ_TARGET") else { return nil }
    let text = String(cString: name)
    return FuzzTarget.all.first { $0.name == text }
}()

/// `make fuzz`: libFuzzer over one target. Without `FUZZ_TARGET` it lists the targets, each with the bytes that an
/// input of it may have.
@main enum Driver {
    static func main() {
        guard chosen != nil else {
            for target in FuzzTarget.all { print(target.name, target.bytesMax) }
            exit(getenv("FUZZ_TARGET") == nil ? 0 : 2)
        }
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>> = UnsafeMutableRawPointer(
            CommandLine.unsafeArgv
        ).assumingMemoryBound(to: UnsafeMutablePointer<CChar>.self)
        let status = LLVMFuzzerRunDriver(&count, &arguments) { bytes, byteCount in
            Driver.run(Array(UnsafeBufferPointer(start: bytes, count: byteCount)))
            return 0
        }
        exit(status)
    }

    /// Ends the process when the input breaks a promise or takes too long, so that libFuzzer keeps the input.
    private static func run(_ input: [UInt8]) {
        guard let chosen else { return }
        do throws(BrokenPromise) {
            let took = try chosen.milliseconds(input)
            guard took > Self.millisecondsMax else { return }
            // A second time, so that a page fault or a first initialisation is not blamed on the input.
            let again = try chosen.milliseconds(input)
            if again > Self.millisecondsMax { give(up: "took \(again) ms of its thread's time") }
        } catch {
            give(up: error.what)
        }
    }

    /// Eight times what the server may take, because the sanitizers and the coverage count at every branch and access:
    /// measured over the corpora, this build takes 6 to 8 times the CPU time of the one that is shipped.
    private static let millisecondsMax = 8 * FuzzTarget.millisecondsMax

    private static func give(up reason: String) -> Never {
        let text = Array("\(chosen?.name ?? ""): \(reason)\n".utf8)
        _ = write(2, text, text.count)
        abort()
    }
}
