"""Holds courses to their speed: catalogue, course page, progress and figures beside a chat at half load.

    scale.py [--courses N] [--students N] [--progress N] [--reads N] [--rate N] [--short]

Without arguments: 10,000 courses, 100,000 students, 1,000,000 rows of progress. The chat is first run as fast as it
goes, and then, beside the reads, at half of that, or at `--rate`. `--short` is a check rather than a measurement: speed
is held to twenty times its bound, and the chat is a small one.
"""

import argparse
import json
import pathlib
import random
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "harness"), str(HERE.parent / "scale")]
from fill import Filler, START  # noqa: E402
from measure import Caller, percentile, timed  # noqa: E402
from search import Load  # noqa: E402
from server import Server  # noqa: E402

READ_MILLISECONDS_MAX = 50.0
LESSONS = 10
DAY = 86_400_000
# The chat: direct channels, and messages that each of their users has on their way at most.
LOAD_PAIRS, LOAD_IN_FLIGHT = 60, 16
SHORT_PAIRS, SHORT_RATE = 8, 500


def content(number):
    return json.dumps({
        "title": f"Course {number}", "summary": f"What course {number} is about", "description": "words " * 100,
        "tags": [f"tag{number % 97}"], "level": None, "language": "en", "cover": None, "enrolment": "open",
        "capacity": None, "waiting_list": False, "enrolment_opens_at": None, "enrolment_closes_at": None,
        "minimum_age": None})


def lesson(number):
    return json.dumps({"title": f"Lesson {number}", "text": "words " * 200, "video_url": None, "links": [],
                       "attachments": [], "duration_s": 600})


def fill(path, courses, students, progress):
    """Courses of ten lessons; each student is in as many courses as the rows of progress ask for."""
    filler = Filler(path)
    users = filler.users(students)
    database, chance, now = filler.database, random.Random(1), int(time.time() * 1_000)
    teachers = users[:100]
    per_course = LESSONS // 2
    each = max(1, progress // (students * per_course))
    database.execute("BEGIN")
    taken = [0] * (courses + 1)
    enrolments, rows = [], []
    for place, user in enumerate(users):
        # Some courses are much larger than others.
        chosen = {min(courses, 1 + int(chance.paretovariate(0.9) * chance.random() * courses / 40)) if chance.random() < 0.3
                  else chance.randint(1, courses) for _ in range(each)}
        while len(chosen) < each:
            chosen.add(chance.randint(1, courses))
        for course in chosen:
            begun = now - chance.randint(0, 90 * DAY)
            completed = begun + 3 * DAY if chance.random() < 0.2 and begun + 3 * DAY < now else None
            active = completed or min(now, begun + chance.randint(0, 10 * DAY))
            enrolments.append((course, user, begun, begun, active, completed))
            taken[course] += 1
            for step in range(per_course):
                number = (course - 1) * LESSONS + 1 + step
                rows.append((course, user, number, 100 if step < 3 else 40, 0, active, active if step < 3 else None))
        if len(rows) > 200_000 or place == len(users) - 1:
            database.executemany("INSERT INTO enrolments (course, user, state, since, enrolled_at, active_at, completed_at)"
                                 " VALUES (?, ?, 'active', ?, ?, ?, ?)", enrolments)
            database.executemany("INSERT INTO lesson_progress VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
            enrolments.clear()
            rows.clear()
    for course in range(1, courses + 1):
        teacher = teachers[course % len(teachers)]
        made = now - chance.randint(0, 365 * DAY)
        database.execute(
            "INSERT INTO courses (id, slug, state, owner, version, created_at, updated_at, published_at, lessons_published,"
            " taken, words, content) VALUES (?, ?, 'published', ?, 2, ?, ?, ?, ?, ?, ?, ?)",
            (course, f"course-{course}", teacher, made, made, made, LESSONS, taken[course],
             f"course {course}\nwhat course {course} is about\ntag{course % 97}", content(course)))
        database.execute("INSERT INTO course_staff VALUES (?, ?)", (teacher, course))
        database.execute("INSERT INTO course_tags VALUES (?, ?)", (f"tag{course % 97}", course))
        words = {"course", str(course), "what", "is", "about", f"tag{course % 97}"}
        database.executemany("INSERT INTO course_words VALUES (?, ?)", [(course, word.encode()) for word in words])
        database.executemany("INSERT INTO lessons VALUES (?, ?, ?, 'published', 1, ?, ?, '', ?)",
                             [((course - 1) * LESSONS + place, course, place, made, made, lesson(place))
                              for place in range(1, LESSONS + 1)])
    counted = database.execute("SELECT (SELECT count(*) FROM courses), (SELECT count(*) FROM users),"
                               " (SELECT count(*) FROM lesson_progress)").fetchone()
    largest = max(range(1, courses + 1), key=lambda course: taken[course])
    database.execute("COMMIT")
    filler.close()
    return counted, teachers, users, (largest, taken[largest])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--courses", type=int, default=10_000)
    parser.add_argument("--students", type=int, default=100_000)
    parser.add_argument("--progress", type=int, default=1_000_000)
    parser.add_argument("--reads", type=int, default=500)
    parser.add_argument("--rate", type=int, help="messages a second of the chat; half of what goes unless given")
    parser.add_argument("--short", action="store_true")
    options = parser.parse_args()
    if options.short:
        options.courses, options.students, options.progress, options.reads = 200, 1_000, 10_000, 20
    faults = []

    def hold(what, times):
        most = READ_MILLISECONDS_MAX * (20 if options.short else 1)
        value = percentile(times, 0.99)
        print(f"{what}: median {percentile(times, 0.5):.1f} ms, p99 {value:.1f} ms (at most {most:,.0f})", flush=True)
        if value > most:
            faults.append(what)

    with tempfile.TemporaryDirectory(prefix="confab-courses.") as folder:
        work = pathlib.Path(folder)
        # Figures are made anew for each of these reads but for those that are said to be kept.
        server = Server(work / "data", rate_limits="off", analytics_cache_timeout=300)
        server.start()
        server.terminate()
        seconds, filled = timed(lambda: fill(server.data / "confab.db", options.courses, options.students, options.progress))
        counted, teachers, users, (largest, students) = filled
        print(f"{counted[0]:,} courses, {counted[1]:,} users, {counted[2]:,} rows of progress written in {seconds / 1_000:.0f} s;"
              f" {(server.data / 'confab.db').stat().st_size / 2**20:,.0f} MiB; the largest course has {students:,} students", flush=True)
        server.start()
        student, teacher = Caller(server, users[500]), Caller(server, teachers[largest % len(teachers)])
        chance = random.Random(2)
        course = lambda: chance.randint(1, options.courses)  # noqa: E731
        taught = [number for number in range(1, options.courses + 1) if number % len(teachers) == largest % len(teachers)]
        reads = {
            "catalogue": (student, lambda: "/courses"),
            "catalogue, a later page": (student, lambda: f"/courses?cursor={course()}"),
            "catalogue by words": (student, lambda: f"/courses?q=course%20{chance.randint(1, 999)}"),
            "catalogue by two common words": (student, lambda: "/courses?q=what%20about"),
            "catalogue by words that no course has together": (student, lambda: "/courses?q=tag1%20tag2"),
            "catalogue by tag": (student, lambda: f"/courses?tag=tag{chance.randint(0, 96)}"),
            "course page": (student, lambda: f"/courses/{course()}"),
            "lessons": (student, lambda: f"/courses/{course()}/lessons"),
            "one's progress": (student, lambda: "/progress"),
            "progress of a course's students": (teacher, lambda: f"/courses/{largest}/progress"),
            "figures, made anew": (teacher, lambda: f"/analytics?course={chance.choice(taught)}&window={chance.randint(1, 3_000)}d"),
            "figures, kept": (teacher, lambda: f"/analytics?course={largest}"),
            "popular courses, kept": (student, lambda: "/courses/popular"),
        }
        load = Load(server, work, SHORT_PAIRS if options.short else LOAD_PAIRS)
        for busy in (False, True):
            running = None
            if busy:
                rate = options.rate or (SHORT_RATE if options.short else 0)
                if not rate:
                    full = load.full_rate(10, LOAD_IN_FLIGHT)
                    rate = full // 2
                    print(f"the chat alone: {full:,.0f} messages/s; from here on half of it", flush=True)
                figures = work / "busy.json"
                running = load.start(3 if options.short else 60, LOAD_IN_FLIGHT, figures, rate=rate, warmup=1)
                time.sleep(1 if options.short else 3)
            for what, (caller, path) in reads.items():
                # The first one makes what is kept.
                first, _ = timed(lambda: caller("GET", path()))
                times = [timed(lambda: caller("GET", path()))[0] for _ in range(options.reads)]
                hold(f"{what}{', busy' if busy else ''}", times)
                if "kept" in what:
                    print(f"    the first, which makes it: {first:.0f} ms")
            times = []
            enrolled = [item["course"] for item in student("GET", "/progress")["courses"]]
            for place in range(options.reads):
                number = (int(enrolled[place % len(enrolled)]) - 1) * LESSONS + 6
                times.append(timed(lambda: student("PUT", f"/progress/{number}", {"percent": min(99, place % 90 + 1)}))[0])
            hold(f"a report of progress{', busy' if busy else ''}", times)
            if running:
                if running.wait() != 0:
                    faults.append("the load generator")
                told = json.loads(figures.read_text())
                print(f"meanwhile {told['replies_per_second']:,.0f} messages/s were sent, p99 {told['reply_p99_ms']:.0f} ms")
                if told["replies_per_second"] < 0.8 * rate and not options.short:
                    faults.append(f"a chat of {rate:,.0f} messages/s")
        if server.terminate() != 0:
            faults.append("the server's end")
    for fault in faults:
        print(f"not held: {fault}")
    print(f"{1 - bool(faults)} passed, {len(faults)} failed")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
