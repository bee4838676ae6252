"""Learning, as a student's programs see it: progress that is told at once, attempts, grades and certificates."""

import base64
import concurrent.futures
import json

ESSAY = {"type": "short_text", "text": "Why?", "answer": []}
YES = {"type": "true_false", "text": "Do bees fly?", "answer": True}


def test_progress_is_told_live_and_goes_on_where_one_was(tess, class_of):
    (ann,) = class_of("live", 1)
    course, (first, second) = tess.course("Hives", "Honey")
    ann.done("POST", f"/enroll/{course}")
    with ann.socket() as socket:
        ann.done("PUT", f"/progress/{first}", {"percent": 40, "resume_s": 75})
        told = socket.next("course.progress")
        assert (told["course"], told["lesson"], told["percent"], told["completed"]) == (course, first, 40, False)
        assert told["whole"]["percent"] == 20 and told["whole"]["next"] == first
        ann.done("PUT", f"/progress/{first}", {"percent": 10, "resume_s": 60})
        assert (socket.next("course.progress")["percent"], ann.done("GET", "/progress")["items"][0]["resume_s"]) == (40, 60)
        for lesson in (first, second):
            ann.done("PUT", f"/progress/{lesson}", {"completed": True})
            told = socket.next("course.progress")
        assert told["whole"]["completed"] and told["whole"]["percent"] == 100
    assert ann.done("DELETE", f"/progress/{first}").status == 204
    whole = ann.done("GET", f"/progress?course={course}")["courses"][0]
    assert whole["percent"] == 50 and whole["completed"], "what was completed stays so"
    assert ann("PUT", f"/progress/{first}", {"percent": 101}).status == 422
    assert ann("PUT", f"/progress/{first}", {}).status == 422


def test_a_lesson_waits_for_those_before_it(tess, class_of):
    (ann,) = class_of("locked", 1)
    course, (first, second) = tess.course("Hives", "Honey")
    tess.done("PATCH", f"/lessons/{second}", {"prerequisites": [first]})
    ann.done("POST", f"/enroll/{course}")
    assert ann("PUT", f"/progress/{second}", {"percent": 5}).status == 403
    ann.done("PUT", f"/progress/{first}", {"completed": True})
    assert ann.done("PUT", f"/progress/{second}", {"percent": 5})["percent"] == 5


def test_a_certificate_can_be_checked_by_anybody_and_not_be_made_up(host, tess, class_of):
    (ann,) = class_of("proud", 1)
    ann.done("PATCH", "/users/me", {"display_name": "Ann Ångström"})
    course, (lesson,) = tess.course()
    ann.done("POST", f"/enroll/{course}")
    assert ann("GET", f"/courses/{course}/certificate").status == 403
    ann.done("PUT", f"/progress/{lesson}", {"completed": True})
    mine = ann.done("GET", f"/courses/{course}/certificate").json
    assert ann.done("GET", f"/courses/{course}/certificate").json == mine, "always the same one"
    seen = host.call("GET", mine["url"])
    assert seen.status == 200 and (seen["valid"], seen["name"], seen["title"]) == (True, "Ann Ångström", "Bees and honey")
    content, signature = mine["token"].split(".")
    words = json.loads(base64.urlsafe_b64decode(content + "=" * (-len(content) % 4)))
    forged = json.dumps(words).replace("\\u00c5ngstr\\u00f6m", "Nobody").encode()
    forged = base64.urlsafe_b64encode(forged).decode().rstrip("=") + "." + signature
    for token in (forged, content + "." + "A" * len(signature), content, mine["token"][:-1]):
        assert host.call("GET", f"/certificates/{token}").status == 404
    assert tess("GET", f"/courses/{course}/certificate").status == 403


def test_an_attempt_is_saved_as_one_goes_and_submitted_once(tess, class_of):
    (ann,) = class_of("answering", 1)
    course, _ = tess.course()
    ann.done("POST", f"/enroll/{course}")
    quiz = tess.quiz(course, YES, ESSAY, attempts_max=1)
    attempt = ann.done("POST", f"/quizzes/{quiz}/attempts")["id"]
    assert ann("POST", f"/quizzes/{quiz}/attempts").status == 200, "the one that is open"

    def save(revision, *answers):
        body = {"answers": [{"question": str(n), "answer": said} for n, said in answers], "revision": revision}
        return ann("PUT", f"/attempts/{attempt}", body)

    assert save(2, (1, True), (2, "because")).status == 200
    late = save(1, (1, False))
    assert late.status == 200 and {"question": "1", "answer": True} in late["answers"], "an older save changes nothing"
    assert save(3, (1, False), (2, 7)).status == 422
    assert {"question": "1", "answer": True} in ann.done("GET", f"/attempts/{attempt}")["answers"], "all of a save or nothing"
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: ann("POST", f"/attempts/{attempt}/submit", {}), range(16)))
    assert {answer.status for answer in answers} == {200} and len({answer.body for answer in answers}) == 1
    assert save(4, (1, False)).status == 403
    assert ann("POST", f"/quizzes/{quiz}/attempts").status == 409


def test_free_text_waits_in_a_queue_and_a_mended_key_grades_again(tess, class_of):
    ann, bob = class_of("graded", 2)
    course, _ = tess.course()
    wrong = {**YES, "answer": False}
    quiz = tess.quiz(course, wrong, ESSAY)
    attempts = {}
    for student in (bob, ann):
        student.done("POST", f"/enroll/{course}")
        attempts[student] = student.done("POST", f"/quizzes/{quiz}/attempts")["id"]
        body = {"answers": [{"question": "1", "answer": True}, {"question": "2", "answer": student.name}]}
        assert student.done("POST", f"/attempts/{attempts[student]}/submit", body)["state"] == "submitted"
    queue = tess.done("GET", f"/quizzes/{quiz}/queue")["items"]
    assert [item["answer"] for item in queue] == [bob.name, ann.name], "who submitted first comes first"
    assert ann("GET", f"/quizzes/{quiz}/queue").status == 403
    assert ann("PUT", f"/attempts/{attempts[ann]}/marks/2", {"percent": 100}).status == 403
    marked = tess.done("PUT", f"/attempts/{attempts[ann]}/marks/2", {"percent": 50, "comment": "Nearly"})
    assert (marked["state"], marked["score"], marked["student"]) == ("graded", 25, ann.id)
    assert [item["answer"] for item in tess.done("GET", f"/quizzes/{quiz}/queue")["items"]] == [bob.name]
    told = [item["text"] for item in ann.done("GET", "/notifications")["items"]]
    assert any("graded" in text for text in told)
    before = tess.done("GET", f"/quizzes/{quiz}")
    body = {"title": "q", "questions": [{**YES, "id": "1"}, {**ESSAY, "id": "2"}]}
    assert tess("PUT", f"/quizzes/{quiz}", body, if_match='"v9-x"').status == 412
    assert tess("PUT", f"/quizzes/{quiz}", {**body, "questions": body["questions"][:1]}).status == 409
    tess.done("PUT", f"/quizzes/{quiz}", body, if_match=before.headers["etag"])
    assert ann.done("GET", f"/attempts/{attempts[ann]}")["score"] == 75, "the mark by hand stays"
    assert tess("DELETE", f"/quizzes/{quiz}").status == 409


def test_time_is_up_by_the_servers_clock(tess, class_of):
    (ann,) = class_of("timed", 1)
    course, _ = tess.course()
    ann.done("POST", f"/enroll/{course}")
    quiz = tess.quiz(course, YES, time_limit_s=600)
    assert ann.done("GET", f"/quizzes/{quiz}")["questions"] == [], "shown within an attempt only"
    attempt = ann.done("POST", f"/quizzes/{quiz}/attempts")
    assert attempt["deadline"] > attempt["started_at"] and len(attempt["questions"]) == 1
    for rules in ({"time_limit_s": 5}, {"attempts_max": 0}, {"pass_mark": 101}, {"feedback": "after_closing"}):
        assert tess("POST", f"/courses/{course}/quizzes", {"title": "q", "questions": [YES], **rules}).status == 422
