import Base

/// A bucket in memory, which fails when it is told to.
final class PlayedBucket: ObjectStore {
    struct State {
        var objects: [String: [UInt8]] = [:]
        /// What every call fails with.
        var failure: ObjectFailure?
        /// Names of every call, in order.
        var calls: [String] = []
        var pageCount = 2
    }

    let place: String
    let state = Guarded(State())

    init(place: String = "s3://played/") { self.place = place }

    var names: [String] { state.withLock { $0.objects.keys.sorted() } }
    var calls: [String] { state.withLock { $0.calls } }

    func fail(_ failure: ObjectFailure?) { state.withLock { $0.failure = failure } }
    func set(_ name: String, _ bytes: [UInt8]?) { state.withLock { $0.objects[name] = bytes } }

    private func call<Value>(_ what: String, _ body: (inout State) -> Value) throws(ObjectFailure) -> Value {
        let result = state.withLock { state -> Result<Value, ObjectFailure> in
            state.calls.append(what)
            if let failure = state.failure { return .failure(failure) }
            return .success(body(&state))
        }
        return try result.get()
    }

    func put(_ name: String, _ file: OpenFile, sha256: [UInt8]) throws(ObjectFailure) {
        guard let bytes = file.read(0..<file.byteCount) else { throw .unavailable("the file") }
        try call("put \(name)") { $0.objects[name] = bytes }
    }

    func get(_ name: String, _ body: @escaping @Sendable ([UInt8]) -> Bool) throws(ObjectFailure) {
        guard let bytes = try call("get \(name)", { $0.objects[name] }) else { throw .missing }
        for start in stride(from: 0, to: bytes.count, by: 7) {
            guard body(Array(bytes[start..<min(start + 7, bytes.count)])) else { throw .unavailable("ended") }
        }
    }

    func byteCount(of name: String) throws(ObjectFailure) -> Int64? {
        try call("head \(name)") { $0.objects[name].map { Int64($0.count) } }
    }

    func remove(_ name: String) throws(ObjectFailure) { try call("remove \(name)") { $0.objects[name] = nil } }

    func list(after name: String?) throws(ObjectFailure) -> ObjectPage {
        try call("list") { state in
            let all = state.objects.keys.sorted().filter { $0 > name ?? "" }
            return ObjectPage(
                entries: all.prefix(state.pageCount).map {
                    .init(name: $0, byteCount: Int64(state.objects[$0]?.count ?? 0))
                },
                isLast: all.count <= state.pageCount)
        }
    }

    func removeUnfinished() throws(ObjectFailure) { try call("unfinished") { _ in } }
    func close() {}
}
