public import Auth
public import Base
public import Channels

/// Takes a file of contacts into its user's address book, some rows at a time: each with the place that it has reached,
/// so that a server that is killed goes on behind the last of them, and is cancelled between two of them.
public struct ContactImportHandler: JobHandler {
    public let kind: JobKind = ImportOrder.kind
    public let policy = JobPolicy(
        priority: .bulk, concurrencyMax: 2, giveUpSeconds: 43_200, leaseSeconds: Self.leaseSeconds)

    private let contacts: any ContactBook
    private let files: any UploadedFiles
    private let jobs: any Jobs
    private let limits: Limits
    private let time: TimeSource

    private static let leaseSeconds: Int64 = 120
    /// Rows of one transaction: about a millisecond of the committer's time, in which nobody's message is committed.
    static let sliceRows = 25
    /// Rows that are counted without a rest.
    private static let countedRows = 500
    /// Bytes that are read for a slice; more when a row has more.
    private static let pieceBytes = 64 << 10
    /// Between two slices it rests for so many times as long as one took, and for so long at most: so conversations
    /// have the larger part of the machine.
    private static let restFactor = 3
    private static let restMillisecondsMax = 12
    /// Tries of a slice that the committer has no room for, and milliseconds between them.
    private static let patienceTries = 20
    private static let patienceMilliseconds = 250
    /// Between two words to the user.
    private static let toldMilliseconds = 1_000

    public init(
        _ contacts: any ContactBook, files: any UploadedFiles, jobs: any Jobs, limits: Limits, time: TimeSource
    ) {
        self.contacts = contacts
        self.files = files
        self.jobs = jobs
        self.limits = limits
        self.time = time
    }

    public func run(_ job: Job, _ progress: JobProgress) async -> JobOutcome {
        guard let user = job.user, let order = ImportOrder(payload: job.payload) else {
            return .failed([Job.Fault(code: "not_found", detail: "An import is a user's, and of a file.")])
        }
        var cursor = job.cursor.flatMap { ImportCursor(stored: $0) }
        cursor?.faults = job.faults
        let outcome: JobOutcome
        do throws(Ending) {
            if cursor?.isDone != true { cursor = try await take(order, job, from: cursor, progress) }
            outcome = .done(result: cursor?.result, faults: cursor?.faults ?? [])
        } catch {
            switch error {
            case .refused(let fault): outcome = .failed([fault])
            case .later(let fault): return .later(fault)
            case .notOurs:
                // What another try works on is left to it.
                guard (try? await jobs.find(job.id))?.state.isFinal == true else { return .failed([]) }
                outcome = .failed([])
            }
        }
        // What is not there any more is gone as it should be.
        try? await files.remove(order.file, by: user, from: nil, isOperator: false)
        return outcome
    }

    private enum Ending: Error {
        case refused(Job.Fault)
        case later(Job.Fault)
        case notOurs

        static let busy = Ending.later(Job.Fault(code: "unavailable", detail: "It is tried again."))
    }

    /// A file that is being read.
    private struct Source {
        let file: OpenFile
        var reader: ContactFileReader
        var isAtEnd: Bool { reader.place.offset >= file.byteCount }

        /// The next rows; fewer than that at the end only.
        mutating func read(atMost count: Int) throws(Ending) -> ContactFileReader.Slice {
            var byteCount = pieceBytes
            while !isAtEnd {
                let start = reader.place.offset, end = min(start + byteCount, file.byteCount)
                guard let piece = file.read(start..<end) else { throw .busy }
                let slice = reader.read(piece, isLast: end == file.byteCount, atMost: count)
                if slice.rowCount > 0 || end == file.byteCount { return slice }
                // No whole row fitted.
                byteCount = reader.place.offset == start ? byteCount * 4 : pieceBytes
            }
            return ContactFileReader.Slice()
        }
    }

    /// Goes on behind what is done.
    private func take(
        _ order: ImportOrder, _ job: Job, from begun: ImportCursor?, _ progress: JobProgress
    ) async throws(Ending) -> ImportCursor {
        var source = try await open(order, of: job)
        var cursor = begun ?? ImportCursor(place: source.reader.place), total = job.progress.total
        if begun == nil { total = try await count(source, progress) }
        source.reader.place = cursor.place
        var toldAt = time.instant(), toldPercent: Int64 = -1
        while !cursor.isDone {
            let begunAt = time.instant()
            let slice = try source.read(atMost: Self.sliceRows)
            cursor.place = source.reader.place
            cursor.isDone = source.isAtEnd || slice.rowCount == 0
            let percent = Int64(cursor.tally.rowCount) * 100 / max(total, 1)
            let isTold = percent != toldPercent && begunAt.milliseconds(since: toldAt) >= Self.toldMilliseconds
            if isTold { (toldAt, toldPercent) = (begunAt, percent) }
            let step = ImportStep(
                slice, cursor: cursor, total: total, leaseSeconds: Self.leaseSeconds, isTold: isTold,
                bounds: ContactBounds(limits))
            guard !progress.isCancelled, let next = try await take(step, of: job) else { throw .notOurs }
            cursor = next
            await rest(since: begunAt)
        }
        return cursor
    }

    private func take(_ step: ImportStep, of job: Job) async throws(Ending) -> ImportCursor? {
        for _ in 1..<Self.patienceTries {
            do throws(ContactFailure) { return try await contacts.take(step, of: job) } catch {}
            try? await Task.sleep(for: .milliseconds(Self.patienceMilliseconds))
        }
        do throws(ContactFailure) { return try await contacts.take(step, of: job) } catch { throw .busy }
    }

    private func rest(since begun: Instant) async {
        let took = time.instant().milliseconds(since: begun)
        try? await Task.sleep(for: .milliseconds(min(max(took, 1) * Self.restFactor, Self.restMillisecondsMax)))
    }

    private func open(_ order: ImportOrder, of job: Job) async throws(Ending) -> Source {
        let opened: OpenFile
        do throws(FileFailure) {
            guard let user = job.user, let file = try await files.file(order.file, for: user) else {
                throw FileFailure.notFound
            }
            opened = try await files.open(file)
        } catch {
            guard error == .notFound || error == .broken else { throw .busy }
            throw .refused(Job.Fault(code: "not_found", detail: "The file is not there any more; send it again."))
        }
        let startCount = min(opened.byteCount, ContactFileReader.startBytesMax)
        guard let start = opened.read(0..<startCount) else { throw .busy }
        do throws(ContactFileFault) {
            return Source(
                file: opened,
                reader: try ContactFileReader(
                    start: start, isWhole: startCount == opened.byteCount, format: order.format,
                    dialling: order.dialling))
        } catch {
            throw .refused(error.fault)
        }
    }

    /// How many rows there are, so that it is known how far the work is, and that it is not too much before it begins.
    private func count(_ source: Source, _ progress: JobProgress) async throws(Ending) -> Int64 {
        var source = source, count: Int64 = 0
        while !source.isAtEnd {
            let begunAt = time.instant()
            let rowCount = try source.read(atMost: Self.countedRows).rowCount
            guard rowCount > 0 else { break }
            count += Int64(rowCount)
            guard count <= limits.contactRowsMax else {
                throw .refused(
                    Job.Fault(
                        code: "too_many_rows",
                        detail: "The file has more than \(limits.contactRowsMax) rows; split it."))
            }
            guard !progress.isCancelled else { throw .notOurs }
            await rest(since: begunAt)
        }
        guard await progress(0, of: count) else { throw .notOurs }
        return count
    }
}
