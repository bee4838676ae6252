"""Figures: of a course, of a student, kept for a while and right again after it."""

import csv
import io

from academy import eventually

RIGHT = {"type": "true_false", "text": "Do bees fly?", "answer": True}
OTHER = {"type": "true_false", "text": "Do bees swim?", "answer": False}


def report(tess, course, **more):
    return tess.done("GET", f"/analytics?course={course}&window=30d", **more)


def answered(student, quiz, *answers):
    attempt = student.done("POST", f"/quizzes/{quiz}/attempts")["id"]
    body = {"answers": [{"question": str(n), "answer": answer} for n, answer in enumerate(answers, 1)]}
    return student.done("POST", f"/attempts/{attempt}/submit", body)


def test_what_a_course_comes_to(tess, class_of):
    students = class_of("figures", 4)
    course, (first, second) = tess.course("Hives", "Honey")
    quiz = tess.quiz(course, RIGHT, OTHER)
    for student in students:
        student.done("POST", f"/enroll/{course}")
    ann, bob, cat, dan = students
    for lesson in (first, second):
        ann.done("PUT", f"/progress/{lesson}", {"completed": True})
    bob.done("PUT", f"/progress/{first}", {"percent": 30})
    cat.done("DELETE", f"/enroll/{course}")
    answered(ann, quiz, True, False)
    answered(bob, quiz, True, True)
    answered(dan, quiz, False, True)
    found = report(tess, course)
    assert found.headers["cache-control"] == "private, max-age=1" and found.headers["etag"]
    (figures,) = found["items"]
    assert (figures["enrolled"], figures["enrolled_in_window"], figures["completed"]) == (3, 4, 1)
    assert figures["completion_thousandths"] == 250 and figures["never_begun"] == 2
    assert [(step["reached"], step["completed"], step["stopped"]) for step in figures["lessons"]] == [(2, 1, 1), (1, 1, 0)]
    (part,) = figures["quizzes"]
    assert [item["difficulty_thousandths"] for item in part["questions"]] == [666, 333]
    assert [item["discrimination_thousandths"] for item in part["questions"]] == [500, 500]
    assert sum(day["count"] for day in figures["series"]["enrolled"]) == 4
    table = report(tess, course, accept="text/csv")
    assert table.headers["content-type"].startswith("text/csv")
    rows = {(row["figure"], row["about"]): row["value"] for row in csv.DictReader(io.StringIO(table.text))}
    assert rows["enrolled", ""] == "3" and rows["lesson_stopped", f"lesson {first}"] == "1"
    assert rows["difficulty_thousandths", f"quiz {quiz} question 1"] == "666"
    assert ann("GET", f"/analytics?course={course}").status == 403
    # All that she teaches, at once.
    assert course in [item["course"] for item in tess.done("GET", "/analytics")["items"]]
    for window in ("30", "0d", "1x", "99999d"):
        assert tess("GET", f"/analytics?course={course}&window={window}").status == 422


def test_what_a_student_comes_to(tess, class_of):
    ann, bob = class_of("student", 2)
    course, (lesson,) = tess.course()
    quiz = tess.quiz(course, RIGHT, OTHER, required=True)
    ann.done("POST", f"/enroll/{course}")

    def figures(who=ann, by=tess, **more):
        return by("GET", f"/analytics?course={course}&student={who.id}", **more)

    assert figures()["items"][0]["progress"]["percent"] == 0
    answered(ann, quiz, True, True)
    answered(ann, quiz, True, False)
    ann.done("PUT", f"/progress/{lesson}", {"completed": True})
    (found,) = figures()["items"]
    assert (found["user"], found["username"], found["state"]) == (ann.id, ann.name, "active")
    assert found["progress"]["completed"] and found["s_to_complete"] >= 0 and found["last_active_at"]
    assert found["quizzes"] == [{"quiz": quiz, "title": "q", "attempts": 2, "score": 100, "passed": True}]
    rows = list(csv.DictReader(io.StringIO(figures(accept="text/csv").text)))
    assert {"course": course, "title": "Bees and honey", "user": ann.id, "figure": "score", "about": f"quiz {quiz}",
            "value": "100"} in rows
    assert figures(by=ann).status == 403
    assert figures(who=bob).status == 404
    assert tess("GET", f"/analytics?student={ann.id}").status == 422
    assert tess("GET", f"/analytics?course={course}&student=x").status == 422


def test_figures_are_kept_for_their_time_and_right_again_after_it(start, host, tess, class_of):
    (late,) = class_of("late", 1)
    course, _ = tess.course()
    assert report(tess, course)["items"][0]["enrolled"] == 0
    late.done("POST", f"/enroll/{course}")
    # Kept for a second on this server.
    eventually(lambda: report(tess, course)["items"][0]["enrolled"] == 1)
    long = start(analytics_cache_timeout=3600)
    (tom,) = long.people("tom", role="instructor")
    (ann,) = long.people("ann")
    course, _ = tom.course()
    first = report(tom, course)
    ann.done("POST", f"/enroll/{course}")
    assert report(tom, course).body == first.body, "kept for an hour on the other one"
    assert report(tom, course).headers["etag"] == first.headers["etag"]
    assert tom("GET", f"/analytics?course={course}&window=30d", if_none_match=first.headers["etag"]).status == 304
    assert report(tom, course)["items"][0]["enrolled"] == 0
    assert tom("GET", f"/analytics?course={course}&window=29d")["items"][0]["enrolled"] == 1, "another window is another report"


def test_popular_courses_stand_in_the_order_of_their_score(start):
    host = start(analytics_cache_timeout=0)
    (tess,) = host.people("tess", role="instructor")
    students = host.people(*(f"s{number}" for number in range(4)))
    courses = [tess.course(title=f"Course {number}") for number in range(3)]

    def popular():
        return [(item["course"]["id"], item["score_thousandths"]) for item in tess.done("GET", "/courses/popular")["items"]]

    assert popular() == []
    for student in students[:3]:
        student.done("POST", f"/enroll/{courses[1][0]}")
    students[3].done("POST", f"/enroll/{courses[0][0]}")
    assert [course for course, _ in popular()] == [courses[1][0], courses[0][0]]
    # Enrolled (3), active (1) and completed (5) just now: nine points, and three times enrolled and active are twelve.
    students[3].done("PUT", f"/progress/{courses[0][1][0]}", {"completed": True})
    (first, most), (second, fewer) = popular()
    assert (first, second) == (courses[1][0], courses[0][0])
    assert 11_990 < most <= 12_000 and 8_990 < fewer <= 9_000
