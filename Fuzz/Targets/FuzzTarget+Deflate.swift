@testable import Wire

extension FuzzTarget {
    /// What a client says is compressed. The first byte chooses the bound; each message begins with its length by 4
    /// bytes.
    static let inflate = FuzzTarget("inflate", bytesMax: 1024) { input throws(BrokenPromise) in
        let (choice, rest) = input.choiceAndRest
        let bytesMax = 8 << (2 * Int(choice >> 3 & 7))
        var whole = Inflater()
        var cut = rest.pieceSizes.map { size in (size, Inflater()) }
        for message in rest.messages {
            let result = try whole.inflated(message, cutEvery: .max, bytesMax: bytesMax)
            for index in cut.indices {
                let other = try cut[index].1.inflated(message, cutEvery: cut[index].0, bytesMax: bytesMax)
                try promise(result == other, "it does not matter how bytes are cut")
            }
            guard result.outcome == .done else { return }
        }
    }

    /// What the server compresses. Of the first byte, the lowest three bits are the window less 9, the next one says
    /// whether the context is kept; each message begins with its length by 4 bytes.
    static let deflate = FuzzTarget("deflate", bytesMax: 1024) { input throws(BrokenPromise) in
        let (choice, rest) = input.choiceAndRest
        let windowBits = min(9 + choice & 7, 15)
        var deflater = Deflater(windowBits: windowBits, keepsContext: choice & 8 != 0)
        var inflater = Inflater(windowBits: windowBits)
        for message in rest.messages {
            // Repeated, so that there is something to be found again.
            for message in [message, message + message + message] {
                guard let payload = deflater.deflate(message) else { continue }
                try promise(payload.count < message.count, "what is compressed is shorter")
                let result = try inflater.inflated(payload, cutEvery: .max, bytesMax: message.count)
                try promise(result.outcome == .done && result.bytes == message, "what is compressed can be read again")
            }
        }
    }
}

/// What became of one message.
private struct Inflated: Equatable {
    var bytes: [UInt8] = []
    var outcome = Inflater.Outcome.done
}

extension Inflater {
    fileprivate mutating func inflated(
        _ payload: [UInt8], cutEvery size: Int, bytesMax: Int
    ) throws(BrokenPromise) -> Inflated {
        var result = Inflated()
        for piece in size == .max ? [payload[...]] : payload.cut(every: size) where result.outcome == .done {
            result.outcome = piece.withUnsafeBytes { inflate($0, into: &result.bytes, bytesMax: bytesMax) }
        }
        if result.outcome == .done { result.outcome = finish(into: &result.bytes, bytesMax: bytesMax) }
        try promise(result.bytes.count <= bytesMax, "what is decompressed stays within its bound")
        try promise(result.outcome != .full || result.bytes.count == bytesMax, "only who reaches the bound is stopped")
        return result
    }
}

extension Array<UInt8> {
    /// Messages that each begin with a byte that is a quarter of their length.
    fileprivate var messages: [[UInt8]] {
        var messages: [[UInt8]] = []
        var rest = self[...]
        while let quarter = rest.popFirst() {
            messages.append(Array(rest.prefix(Int(quarter) * 4)))
            rest = rest.dropFirst(Int(quarter) * 4)
        }
        return messages
    }
}
