internal import Glibc

/// The two streams of a command line program.
enum Output {
    static func line(_ text: String) { write(text, to: STDOUT_FILENO) }
    static func complaint(_ text: String) { write(text, to: STDERR_FILENO) }

    private static func write(_ text: String, to descriptor: CInt) {
        let bytes = Array((text + "\n").utf8)
        bytes.withUnsafeBytes { all in
            var rest = all[...]
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                guard count > 0 else { return }
                rest = rest.dropFirst(count)
            }
        }
    }
}

/// What went wrong has been told already.
struct ToldFailure: Error {}
