public import Auth

/// Takes letters into the queue of jobs. Without a way that is set up a letter is refused, or with `--dev` written into
/// the log by whoever does the job.
public struct QueuedPostbox: Postbox {
    public let hasEmail: Bool
    public let hasText: Bool
    private let jobs: any Jobs

    public init(_ jobs: any Jobs, hasEmail: Bool, hasText: Bool) {
        self.jobs = jobs
        self.hasEmail = hasEmail
        self.hasText = hasText
    }

    public func send(_ letter: Letter) async throws(PostFailure) {
        switch letter.way {
        case .email:
            guard hasEmail else { throw .notSetUp("this server sends no e-mail: it was told no SMTP server") }
        case .text:
            guard hasText else { throw .notSetUp("this server sends no text messages: it was told no SMS service") }
        }
        do throws(JobFailure) {
            _ = try await jobs.enqueue(NewJob(LetterJob.kind, payload: LetterJob(letter).payload))
        } catch {
            throw .unavailable
        }
    }
}
