internal import Auth
internal import Channels
internal import Reactor

/// The words in which a port says that the store could not do as it was told.
protocol PortFailure: Error {
    /// Nobody could be asked, or reading has failed; a later try may succeed.
    static var unavailable: Self { get }
    /// The disk has no room.
    static var storageFull: Self { get }
}

extension AccountFailure: PortFailure {}
extension PeopleFailure: PortFailure {}
extension JobFailure: PortFailure {}
extension WebhookFailure: PortFailure {}

/// How the ports of Auth reach the one writer and the readers.
extension Committer {
    /// A transaction whose failure is told in the words of a port.
    func change<Value: Sendable, Failure: PortFailure>(
        or failure: Failure.Type, _ body: @escaping @Sendable (inout Transaction) throws(StoreFailure) -> Value
    ) async throws(Failure) -> Value {
        switch await transact(body) {
        case .success(let value): return value
        case .failure(.overloaded): throw .unavailable
        case .failure(.full): throw .storageFull
        }
    }

    func change<Value: Sendable>(
        _ body: @escaping @Sendable (inout Transaction) throws(StoreFailure) -> Value
    ) async throws(AccountFailure) -> Value {
        try await change(or: AccountFailure.self, body)
    }

    /// A transaction that may be refused in the words of `People`.
    func change<Value: Sendable>(
        _ body: @escaping @Sendable (inout Transaction) throws(StoreFailure) -> Result<Value, PeopleFailure>
    ) async throws(PeopleFailure) -> Value {
        try await change(or: PeopleFailure.self, body).get()
    }
}

extension WorkPool<Reader> {
    /// Reads off the event loops; a failure is told in the words of a port.
    func look<Value: Sendable, Failure: PortFailure>(
        or failure: Failure.Type,
        _ body: @escaping @Sendable (ArchiveReader, AccountReader) throws(StoreFailure) -> Value
    ) async throws(Failure) -> Value {
        let answer = await run { reader in reader.use(body) }
        guard case .success(let value)? = answer else { throw .unavailable }
        return value
    }

    func look<Value: Sendable>(
        _ body: @escaping @Sendable (AccountReader) throws(StoreFailure) -> Value
    ) async throws(AccountFailure) -> Value {
        try await look(or: AccountFailure.self) { _, accounts throws(StoreFailure) in try body(accounts) }
    }
}
