/// A user's number. Small enough that two of them fit into one `ChannelID`, so that a direct channel's id is
/// derived from its members and never looked up.
public struct UserID: Hashable, Comparable, Sendable {
    public static let bits: Int64 = 31
    public static let max = UserID(unchecked: (1 << bits) - 1)

    public let rawValue: Int64

    /// `nil` outside 1 ... 2^31-1.
    public init?(rawValue: Int64) {
        guard rawValue >= 1, rawValue <= Self.max.rawValue else { return nil }
        self.rawValue = rawValue
    }

    private init(unchecked rawValue: Int64) { self.rawValue = rawValue }

    /// Reads a plain decimal number without sign or leading zero.
    public init?(_ text: ArraySlice<UInt8>) {
        guard let number = Int64(plainDecimal: text) else { return nil }
        self.init(rawValue: number)
    }

    public init?(_ text: [UInt8]) { self.init(text[...]) }
    public init?(_ text: String) { self.init(Array(text.utf8)) }

    public static func < (one: UserID, other: UserID) -> Bool { one.rawValue < other.rawValue }
}

extension UserID: CustomStringConvertible {
    public var description: String { String(rawValue) }
}

/// A channel's number, one 64-bit value for each of the three kinds of log that events live in:
///
/// | bits | kind | written as |
/// |---|---|---|
/// | a number below 2^60 | group | `205` |
/// | bit 62, the lower user, the higher user | direct | `108_109` |
/// | bit 61, the user | what concerns one user alone | `@me` |
public struct ChannelID: Hashable, Sendable {
    private static let directBit: Int64 = 1 << 62
    private static let personalBit: Int64 = 1 << 61
    private static let groupMax: Int64 = (1 << 60) - 1

    public let rawValue: Int64

    /// `nil` for a value that names no channel.
    public init?(rawValue: Int64) {
        let candidate = ChannelID(unchecked: rawValue)
        switch rawValue {
        case 1...Self.groupMax:
            break
        case let raw where raw > 0 && raw & Self.directBit != 0:
            guard candidate.members != nil else { return nil }
        case let raw where raw > 0 && raw & Self.personalBit != 0:
            guard candidate.owner != nil else { return nil }
        default:
            return nil
        }
        self = candidate
    }

    private init(unchecked rawValue: Int64) { self.rawValue = rawValue }

    /// The direct channel of two users, the same whichever stands first; `nil` for one user alone.
    public static func direct(_ one: UserID, _ other: UserID) -> ChannelID? {
        guard one != other else { return nil }
        let low = Swift.min(one, other).rawValue, high = Swift.max(one, other).rawValue
        return ChannelID(unchecked: directBit | low << UserID.bits | high)
    }

    /// The log of what concerns one user alone.
    public static func personal(_ user: UserID) -> ChannelID {
        ChannelID(unchecked: personalBit | user.rawValue)
    }

    /// Reads the written form of a group or direct channel.
    public init?(_ text: ArraySlice<UInt8>) {
        if let line = text.firstIndex(of: UInt8(ascii: "_")) {
            guard let low = UserID(text[..<line]), let high = UserID(text[(line + 1)...]), low < high,
                let direct = ChannelID.direct(low, high)
            else { return nil }
            self = direct
        } else {
            guard let number = Int64(plainDecimal: text), number >= 1, number <= Self.groupMax else { return nil }
            self.init(unchecked: number)
        }
    }

    public init?(_ text: [UInt8]) { self.init(text[...]) }
    public init?(_ text: String) { self.init(Array(text.utf8)) }

    /// The two members of a direct channel, the lower first.
    public var members: (low: UserID, high: UserID)? {
        guard rawValue & Self.directBit != 0 else { return nil }
        guard let low = UserID(rawValue: (rawValue & ~Self.directBit) >> UserID.bits),
            let high = UserID(rawValue: rawValue & UserID.max.rawValue), low < high
        else { return nil }
        return (low, high)
    }

    /// Whose personal log this is.
    public var owner: UserID? {
        guard rawValue & Self.directBit == 0, rawValue & Self.personalBit != 0 else { return nil }
        return UserID(rawValue: rawValue & ~Self.personalBit)
    }

    public var isPersonal: Bool { owner != nil }
}

extension ChannelID: CustomStringConvertible {
    public var description: String {
        if let members { return "\(members.low)_\(members.high)" }
        return owner == nil ? String(rawValue) : "@me"
    }
}

/// 128 random bits, written as 32 hexadecimal digits.
public protocol RandomID: Hashable, Sendable, CustomStringConvertible {
    var high: UInt64 { get }
    var low: UInt64 { get }
    init(high: UInt64, low: UInt64)
}

extension RandomID {
    public init(random: inout some RandomNumberGenerator) {
        self.init(high: random.next(), low: random.next())
    }

    /// Reads exactly 32 lower-case hexadecimal digits.
    public init?(_ text: String) {
        guard text.utf8.count == 32, text.utf8.allSatisfy({ ($0 >= 0x30 && $0 <= 0x39) || ($0 >= 0x61 && $0 <= 0x66) }),
            let high = UInt64(text.prefix(16), radix: 16), let low = UInt64(text.suffix(16), radix: 16)
        else { return nil }
        self.init(high: high, low: low)
    }

    public var description: String { hexadecimal(high) + hexadecimal(low) }
}

/// One login: what a token speaks for, and what logging out ends.
public struct LoginID: RandomID {
    public let high: UInt64
    public let low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }
}

/// One client instance: a tab, a phone. It outlives the sockets by which it resumes.
public struct SessionID: RandomID {
    public let high: UInt64
    public let low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }
}

/// Sixteen lower-case digits.
private func hexadecimal(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
}

extension Int64 {
    /// Reads digits alone: no sign, no leading zero, no overflow.
    public init?(plainDecimal text: ArraySlice<UInt8>) {
        guard let first = text.first, text.count == 1 || first != UInt8(ascii: "0") else { return nil }
        var value: Int64 = 0
        for byte in text {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            let (shifted, tooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflow) = shifted.addingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
            guard !tooLarge, !overflow else { return nil }
            value = sum
        }
        self = value
    }

    public init?(plainDecimal text: String) { self.init(plainDecimal: Array(text.utf8)[...]) }
}
