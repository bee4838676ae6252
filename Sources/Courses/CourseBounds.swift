/// Every bound of courses, in one place, each with its unit and its reason. They bound what one request may cost and
/// what one row may hold, and are no operator's choice.
public enum CourseBounds: Sendable {
    // MARK: Courses

    /// UTF-8 bytes of the titles of courses, lessons and quizzes: what a channel's name may have, because a course's
    /// title is one.
    public static let titleBytesMax = 256
    /// UTF-8 bytes of a summary: what a list of courses shows of each.
    public static let summaryBytesMax = 1_024
    /// UTF-8 bytes of a description and of a lesson's text, in Markdown. A long chapter has 60 KiB.
    public static let markdownBytesMax = 256 << 10
    /// Tags of a course, and UTF-8 bytes of each: as messages have.
    public static let tagsMax = 20
    public static let tagBytesMax = 64
    /// Bytes of a slug, which stands in addresses.
    public static let slugBytesMax = 80
    /// Bytes of a language tag; RFC 5646 section 4.4.1 asks for room for 35.
    public static let languageBytesMax = 64
    /// UTF-8 bytes of a link to elsewhere, and of a file's id.
    public static let linkBytesMax = 2_048
    public static let fileIDBytesMax = 64
    /// Who teaches a course: they are listed whole, and each is an administrator of its channel.
    public static let instructorsMax = 50
    /// Students of a course: each is a member of its channel, and a channel has no more.
    public static let capacityMax: Int64 = 100_000
    /// Years that may be asked for: nobody older is let in nowhere.
    public static let ageMax = 120

    // MARK: Lessons

    /// Lessons of a course: they are listed and ordered whole.
    public static let lessonsMax = 1_000
    /// Lessons that one lesson builds on.
    public static let prerequisitesMax = 50
    /// Links and attachments of a lesson, of each kind.
    public static let lessonLinksMax = 50
    /// Seconds that a lesson is said to take: a week.
    public static let durationSecondsMax: Int64 = 604_800

    /// Bytes of all lessons and quizzes of a course together, as they are kept: they are listed whole, and all of them
    /// have room in one course file.
    public static let contentBytesMax = 6 << 20
    /// Students whose progress in a lesson that is gone is taken away in one transaction: a millisecond's work.
    public static let forgottenMax = 500

    // MARK: Quizzes

    /// Quizzes of a course, and questions of a quiz: they are read and graded whole.
    public static let quizzesMax = 200
    public static let questionsMax = 200
    /// UTF-8 bytes of a question's text and of its explanation.
    public static let questionBytesMax = 16 << 10
    /// Options of a choice. Shares of a question are counted in a unit that each number up to this one divides.
    public static let optionsMax = 20
    /// UTF-8 bytes of one option.
    public static let optionBytesMax = 2_048
    /// Texts that are accepted as an answer, and UTF-8 bytes of each.
    public static let acceptedTextsMax = 50
    public static let acceptedTextBytesMax = 1_024
    /// How much a question may count. With these bounds a score in the finest unit fits into 64 bits.
    public static let weightMax = 1_000
    /// UTF-8 bytes of a text that a student writes.
    public static let answerTextBytesMax = 16 << 10
    /// UTF-8 bytes of what whoever grades says about it.
    public static let commentBytesMax = 4_096
    /// Attempts that a quiz may allow; 0 attempts make no quiz.
    public static let attemptsMax = 1_000
    /// Seconds that an attempt may take at least and at most, where it is bounded: a week.
    public static let timeLimitSecondsMin: Int64 = 10
    public static let timeLimitSecondsMax: Int64 = 604_800
    /// Seconds behind the end of an attempt's time in which answers are still taken: a slow network's round trip, with
    /// one try more. It is the server's clock that counts, at both ends.
    public static let graceSeconds: Int64 = 15

    // MARK: Progress, certificates, analytics

    /// Seconds into a lesson at which a student may go on.
    public static let resumeSecondsMax: Int64 = 604_800
    /// Bytes of a certificate's token; ours have some 600.
    public static let certificateBytesMax = 4_096
    /// Days of a window of figures: ten years.
    public static let windowDaysMax: Int64 = 3_653

    /// Answers about figures that are kept. A page of them has some kilobytes.
    public static let figuresKeptMax = 1_000

    // MARK: Exchange

    /// Bytes of a course as one file: it is held and parsed whole. A book of a thousand pages has some 3 MiB.
    public static let courseFileBytesMax = 8 << 20
    /// Bytes and lines of a roster's file, bytes of one of its lines, and its columns. It is taken in while its sender
    /// waits, a slice after the other.
    public static let rosterBytesMax = 2 << 20
    public static let rosterLinesMax = 20_000
    public static let rosterLineBytesMax = 4_096
    public static let rosterColumnsMax = 64
    /// Lines that are taken in in one transaction: some eight milliseconds' work, with all that follows from them.
    public static let rosterSliceMax = 25
    /// Who comes in from a waiting list in one transaction; where there are more seats at once, the next transactions
    /// give them away.
    public static let promotedMax: Int64 = 50
    /// What was wrong with a roster's lines is told of so many.
    public static let rosterFaultsMax = 100

    // MARK: Reading

    /// Courses, students and attempts on a page.
    public static let pageMax = 100
    public static let pageUsual = 20
    /// Words of a search for courses, and UTF-8 bytes of all of them.
    public static let searchWordsMax = 8
    public static let searchBytesMax = 256
    /// Answers that wait for a grade and are shown at once.
    public static let queueMax = 200
    /// Attempts of a quiz that are graded again, or looked at for figures, in one go: some milliseconds' work.
    public static let regradeSliceMax = 200
    /// Attempts from which the figures of one quiz are made: the first so many.
    public static let analysedAttemptsMax = 5_000
    /// Courses in one report.
    public static let reportsMax = 50
}
