internal import Base
internal import Channels
internal import Courses
internal import Reactor

extension CourseRefusal: PortFailure {}

/// Why something about courses ended early: the caller may not, or the machine could not.
enum CourseStop: Error {
    case refused(CourseRefusal)
    case failed(StoreFailure)
}

/// A decision's refusal, on its way out of a transaction or a reading.
@discardableResult
func ruled<Value>(_ body: () throws(CourseRefusal) -> Value) throws(CourseStop) -> Value {
    do throws(CourseRefusal) { return try body() } catch { throw .refused(error) }
}

extension Committer {
    /// Decides something about courses and writes what it comes to. What is refused has to be so before anything is
    /// written: a refusal takes back nothing.
    func courses<Value: Sendable>(
        by caller: CourseCaller, _ body: @escaping @Sendable (inout CourseDesk) throws(CourseStop) -> Value
    ) async throws(CourseRefusal) -> Value {
        let answer = await transact { transaction throws(StoreFailure) -> Result<Value, CourseRefusal> in
            var desk = CourseDesk(transaction, by: caller)
            do throws(CourseStop) {
                let value = try body(&desk)
                transaction = desk.transaction
                return .success(value)
            } catch {
                transaction = desk.transaction
                switch error {
                case .refused(let refusal): return .failure(refusal)
                case .failed(let failure): throw failure
                }
            }
        }
        switch answer {
        case .success(let result): return try result.get()
        case .failure(.overloaded): throw .unavailable
        case .failure(.full): throw .storageFull
        }
    }
}

extension WorkPool<Reader> {
    /// Reads of courses what one snapshot of the database has.
    func courses<Value: Sendable>(
        _ body: @escaping @Sendable (CourseRows) throws(CourseStop) -> Value
    ) async throws(CourseRefusal) -> Value {
        try await look(or: CourseRefusal.self) { archive, _ throws(StoreFailure) in
            try archive.snapshot { () throws(StoreFailure) -> Result<Value, CourseRefusal> in
                do throws(CourseStop) {
                    return .success(try body(CourseRows(archive)))
                } catch {
                    switch error {
                    case .refused(let refusal): return .failure(refusal)
                    case .failed(let failure): throw failure
                    }
                }
            }
        }.get()
    }
}
