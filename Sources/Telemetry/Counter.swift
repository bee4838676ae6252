public import Synchronization

/// A number that one thread keeps and any may read. That thread alone may write it: so writing is a plain load and a
/// plain store, without a lock and without an instruction that stops the others, on the way of every message.
public struct Counter: ~Copyable, Sendable {
    @usableFromInline let value = Atomic<Int>(0)

    public init() {}

    @inlinable
    public func add(_ count: Int = 1) {
        value.store(value.load(ordering: .relaxed) &+ count, ordering: .relaxed)
    }

    /// For what rises and falls.
    @inlinable
    public func set(_ count: Int) { value.store(count, ordering: .relaxed) }

    public var reading: Int { value.load(ordering: .relaxed) }
}

/// Numbers of things of a few kinds, which any thread may count: for what is rare.
public struct SharedCounters: ~Copyable, Sendable {
    /// Kinds that there may be.
    public static let countMax = 32

    private let values: InlineArray<32, Atomic<Int>>

    public init() { values = InlineArray { (_: Int) in Atomic(0) } }

    public func add(_ count: Int = 1, at index: Int) { values[index].wrappingAdd(count, ordering: .relaxed) }

    public func reading(at index: Int) -> Int { values[index].load(ordering: .relaxed) }
}
