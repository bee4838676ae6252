public import Base

/// How often proofs are sent: a letter costs whoever gets it patience, and a text message costs whoever runs the server
/// money.
public struct ProofRate: Sendable, Equatable {
    /// What was sent before, newest first, within a day.
    public struct Past: Sendable, Equatable {
        public var toTarget: [Timestamp]
        /// How many went out for the same client's address within an hour.
        public var fromAddressInHour: Int
        /// How many of this kind went out within a day, to anybody.
        public var inDay: Int

        public init(toTarget: [Timestamp], fromAddressInHour: Int, inDay: Int) {
            self.toTarget = toTarget
            self.fromAddressInHour = fromAddressInHour
            self.inDay = inDay
        }
    }

    public var resendSeconds: Int64
    public var targetHourMax: Int
    public var targetDayMax: Int
    public var addressHourMax: Int
    public var dayMax: Int

    public init(_ limits: Limits, _ kind: ProofKind) {
        resendSeconds = Int64(limits.proofResendSeconds)
        targetHourMax = limits.proofsPerTargetHourMax
        targetDayMax = limits.proofsPerTargetDayMax
        addressHourMax = limits.proofsPerAddressHourMax
        dayMax = kind == .phoneCode ? limits.textsPerDayMax : limits.lettersPerDayMax
    }

    private static let hour: Int64 = 3_600
    private static let day: Int64 = 86_400

    /// Seconds until one more may be sent; `nil` when that is now.
    public func wait(after past: Past, at now: Timestamp) -> Int64? {
        var waits: [Int64] = []
        if let last = past.toTarget.first { waits.append(resendSeconds - (now.seconds - last.seconds)) }
        for (count, window) in [(targetHourMax, Self.hour), (targetDayMax, Self.day)] {
            guard count > 0, past.toTarget.count >= count else { continue }
            // There is room again when the last but so many has left the window.
            waits.append(window - (now.seconds - past.toTarget[count - 1].seconds))
        }
        if past.fromAddressInHour >= addressHourMax { waits.append(Self.hour) }
        if past.inDay >= dayMax { waits.append(Self.hour) }
        return waits.filter { $0 > 0 }.max()
    }
}
