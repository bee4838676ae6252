extension Migration {
    /// Courses and what is learned in them. What people write is JSON in the words of the wire; beside it stands what
    /// is looked for or counted. How many students a course has, and how many wait, is kept with it, by whoever moves
    /// one.
    ///
    /// Files that a course shows are referred to by it as others are by messages: the triggers are those of
    /// `file_references`, which from now on look at both.
    static let courses = Migration(
        number: 20,
        sql: """
            CREATE TABLE courses (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                slug TEXT NOT NULL UNIQUE,
                state TEXT NOT NULL,
                owner INTEGER NOT NULL REFERENCES users,
                channel INTEGER,
                version INTEGER NOT NULL,
                created_at INTEGER NOT NULL,
                updated_at INTEGER NOT NULL,
                published_at INTEGER,
                deleted_at INTEGER,
                lessons_published INTEGER NOT NULL DEFAULT 0,
                taken INTEGER NOT NULL DEFAULT 0,
                waiting INTEGER NOT NULL DEFAULT 0,
                next_place INTEGER NOT NULL DEFAULT 1,
                words TEXT NOT NULL,
                content TEXT NOT NULL
            ) STRICT;
            CREATE INDEX courses_shown ON courses (id) WHERE state = 'published' AND deleted_at IS NULL;
            CREATE INDEX courses_by_channel ON courses (channel) WHERE channel IS NOT NULL;

            CREATE TABLE course_staff (
                user INTEGER NOT NULL REFERENCES users,
                course INTEGER NOT NULL REFERENCES courses,
                PRIMARY KEY (user, course)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX course_staff_by_course ON course_staff (course, user);

            CREATE TABLE course_tags (
                tag TEXT NOT NULL,
                course INTEGER NOT NULL REFERENCES courses,
                PRIMARY KEY (tag, course)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX course_tags_by_course ON course_tags (course);

            CREATE TABLE lessons (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                course INTEGER NOT NULL REFERENCES courses,
                position INTEGER NOT NULL,
                state TEXT NOT NULL,
                version INTEGER NOT NULL,
                created_at INTEGER NOT NULL,
                updated_at INTEGER NOT NULL,
                prerequisites TEXT NOT NULL,
                content TEXT NOT NULL
            ) STRICT;
            CREATE INDEX lessons_by_course ON lessons (course, position);

            CREATE TABLE enrolments (
                course INTEGER NOT NULL REFERENCES courses,
                user INTEGER NOT NULL REFERENCES users,
                state TEXT NOT NULL,
                place INTEGER NOT NULL DEFAULT 0,
                since INTEGER NOT NULL,
                enrolled_at INTEGER,
                active_at INTEGER,
                completed_at INTEGER,
                PRIMARY KEY (course, user)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX enrolments_by_user ON enrolments (user, course);
            CREATE INDEX enrolments_by_state ON enrolments (course, state, place, user);
            CREATE INDEX enrolments_by_activity ON enrolments (active_at, course, enrolled_at, completed_at, user)
                WHERE active_at IS NOT NULL;

            CREATE TABLE lesson_progress (
                course INTEGER NOT NULL,
                user INTEGER NOT NULL,
                lesson INTEGER NOT NULL,
                percent INTEGER NOT NULL,
                resume_s INTEGER NOT NULL,
                updated_at INTEGER NOT NULL,
                completed_at INTEGER,
                PRIMARY KEY (course, user, lesson)
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE quizzes (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                course INTEGER NOT NULL REFERENCES courses,
                version INTEGER NOT NULL,
                is_required INTEGER NOT NULL,
                created_at INTEGER NOT NULL,
                updated_at INTEGER NOT NULL,
                content TEXT NOT NULL
            ) STRICT;
            CREATE INDEX quizzes_by_course ON quizzes (course, id);

            CREATE TABLE attempts (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                quiz INTEGER NOT NULL REFERENCES quizzes,
                user INTEGER NOT NULL REFERENCES users,
                number INTEGER NOT NULL,
                seed INTEGER NOT NULL,
                started_at INTEGER NOT NULL,
                deadline INTEGER,
                submitted_at INTEGER,
                revision INTEGER NOT NULL,
                graded_version INTEGER NOT NULL,
                is_waiting INTEGER NOT NULL,
                is_passed INTEGER NOT NULL,
                answers TEXT NOT NULL,
                marks TEXT NOT NULL,
                UNIQUE (quiz, user, number)
            ) STRICT;
            CREATE INDEX attempts_waiting ON attempts (quiz, submitted_at, id) WHERE is_waiting = 1;
            CREATE INDEX attempts_graded ON attempts (quiz, graded_version, id) WHERE submitted_at IS NOT NULL;
            CREATE INDEX attempts_open ON attempts (quiz, deadline) WHERE submitted_at IS NULL;
            CREATE INDEX attempts_by_user ON attempts (user, quiz);

            CREATE TABLE certificates (
                id TEXT PRIMARY KEY,
                course INTEGER NOT NULL REFERENCES courses,
                user INTEGER NOT NULL REFERENCES users,
                title TEXT NOT NULL,
                name TEXT NOT NULL,
                completed_at INTEGER NOT NULL,
                issued_at INTEGER NOT NULL,
                UNIQUE (user, course)
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE course_files (
                course INTEGER NOT NULL,
                lesson INTEGER NOT NULL,
                file TEXT NOT NULL REFERENCES files ON DELETE CASCADE,
                PRIMARY KEY (course, lesson, file)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX course_files_by_file ON course_files (file, course, lesson);
            CREATE TRIGGER course_file_used AFTER INSERT ON course_files BEGIN
                UPDATE files SET is_used = 1 WHERE id = NEW.file AND is_used = 0;
            END;
            DROP TRIGGER file_unused;
            CREATE TRIGGER file_unused AFTER DELETE ON file_references
            WHEN NOT EXISTS (SELECT 1 FROM file_references WHERE file = OLD.file)
            AND NOT EXISTS (SELECT 1 FROM course_files WHERE file = OLD.file) BEGIN
                DELETE FROM files WHERE id = OLD.file;
            END;
            CREATE TRIGGER course_file_unused AFTER DELETE ON course_files
            WHEN NOT EXISTS (SELECT 1 FROM file_references WHERE file = OLD.file)
            AND NOT EXISTS (SELECT 1 FROM course_files WHERE file = OLD.file) BEGIN
                DELETE FROM files WHERE id = OLD.file;
            END;
            """)
}
