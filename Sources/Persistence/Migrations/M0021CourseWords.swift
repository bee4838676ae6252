internal import Channels

extension Migration {
    /// The words by which courses are found (`CourseWords`), for a catalogue of many.
    static let courseWords = Migration(
        number: 21,
        sql: """
            CREATE TABLE course_words (
                course INTEGER NOT NULL REFERENCES courses,
                word BLOB NOT NULL,
                PRIMARY KEY (course, word)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX course_words_by_word ON course_words (word, course);
            """,
        fill: { database throws(StoreFailure) in try CourseWords.writeAll(in: database) })
}
