internal import Base

/// Key rings as they are kept: with the private halves.
extension KeyRing {
    public var json: [UInt8] {
        JSONWriter.object { json in
            json.array("keys") { json in
                Self.write(current, retiredAt: nil, to: &json)
                for key in retired { Self.write(key.key, retiredAt: key.retiredAt, to: &json) }
            }
        }
    }

    private static func write(_ key: SigningKey, retiredAt: Timestamp?, to json: inout JSONWriter) {
        json.object { json in
            json.member("kid", key.id)
            json.member("alg", key.algorithm.rawValue)
            json.member("retired_at", orNull: retiredAt?.milliseconds)
            json.member("key", Base64.encode(key.privateBytes))
        }
    }

    /// `nil` unless every key in it is one, the first in force and the others retired.
    public init?(json bytes: [UInt8]) {
        guard let root = try? JSONDocument(parsing: bytes).root else { return nil }
        var current: SigningKey?
        var retired: [Retired] = []
        for element in root["keys"]?.elements ?? [] {
            guard let algorithm = element["alg"]?.string.flatMap({ SigningAlgorithm(rawValue: $0) }),
                let bytes = element["key"]?.utf8.flatMap({ Base64.decode($0) }),
                let key = SigningKey(algorithm, privateBytes: bytes), retired.count < Self.keysMax
            else { return nil }
            if let milliseconds = element.present("retired_at") {
                guard let time = milliseconds.integer, current != nil else { return nil }
                retired.append(Retired(key: key, retiredAt: Timestamp(milliseconds: time)))
            } else {
                guard current == nil else { return nil }
                current = key
            }
        }
        guard let current else { return nil }
        self.init(current, retired: retired)
    }
}
