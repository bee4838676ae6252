internal import Auth
internal import Channels
internal import Reactor

/// How the ports of accounts reach the one writer and the readers.
extension Committer {
    func change<Value: Sendable>(
        _ body: @escaping @Sendable (inout Transaction) throws(StoreFailure) -> Value
    ) async throws(AccountFailure) -> Value {
        switch await transact(body) {
        case .success(let value): return value
        case .failure(.overloaded): throw .unavailable
        case .failure(.full): throw .storageFull
        }
    }
}

extension WorkPool<Reader> {
    func look<Value: Sendable>(
        _ body: @escaping @Sendable (AccountReader) throws(StoreFailure) -> Value
    ) async throws(AccountFailure) -> Value {
        let answer = await run { reader in
            reader.use { _, accounts throws(StoreFailure) in try body(accounts) }
        }
        guard case .success(let value)? = answer else { throw .unavailable }
        return value
    }
}
