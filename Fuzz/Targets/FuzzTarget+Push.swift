internal import Base

@testable import Auth
@testable import Gateway

extension FuzzTarget {
    /// What a client says of its device, a browser's subscription above all: its keys are a stranger's point on a
    /// curve.
    static let device = FuzzTarget("device", bytesMax: 1024) { input throws(BrokenPromise) in
        guard let root = try? JSONDocument(parsing: input).root,
            let body = try? DeviceBody(root, kinds: [.web, .fcm], check: { (_: String) throws(WebFailure) in })
        else { return }
        try promise(body.kind == .web || body.kind == .fcm, "a device is of a service that is set up")
        try promise((body.keys != nil) == (body.kind == .web), "browsers have keys, and nobody else")
        guard let keys = body.keys else {
            try promise((1...Device.addressBytesMax).contains(body.address.utf8.count), "a token is bounded")
            return try promise(body.address.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "a token fits into a field")
        }
        try promise(keys.publicKey.count == 65 && keys.authSecret.count == 16, "keys have their lengths")
        var random = RandomSource(seed: 1)
        let plain = [UInt8](repeating: 0x61, count: 300)
        guard let sealed = PushEncryption.encrypt(plain, for: keys, random: &random) else {
            throw BrokenPromise(what: "whatever is taken for keys can be encrypted for")
        }
        try promise(sealed.count <= PushEncryption.bytesMax, "push services take it")
    }

    /// What is to be pushed, as it lies in the queue of jobs: what an older server wrote is read by this one.
    static let pushOrder = FuzzTarget("push-order", bytesMax: 256) { input throws(BrokenPromise) in
        guard let order = PushOrder(input) else { return }
        try promise(PushOrder(order.payload) == order, "an order that is written again is the same")
        try promise(PushTopic(name: order.topic.name) == order.topic, "a topic is known by its name")
        try promise(order.attempts >= 0, "nothing was tried less than never")
    }
}
