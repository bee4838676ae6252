"""What is right is planted in every key, and looked for in every answer that a student can get, in every event, export
and log, before the attempt is closed."""

import json
import pathlib
import re

from academy import eventually

PLANTED = ("PLANTED", "271828")
QUIZ = {
    "title": "q", "attempts_max": 1, "shuffle_options": True, "feedback": "when_spent",
    "questions": [
        {"type": "short_text", "text": "a", "answer": ["PLANTED text"], "explanation": "PLANTED because"},
        {"type": "numeric", "text": "b", "answer": {"value": 271828, "tolerance": 1}},
        {"type": "single_choice", "text": "c", "options": ["x", "y", "z"], "answer": 2, "explanation": "PLANTED too"},
        {"type": "short_text", "text": "d", "answer": [], "explanation": "PLANTED essay"},
    ],
}


# The tests hold it to have a row for every route.
RIGHTS = pathlib.Path(__file__).resolve().parents[1] / "ServerTests/Rights/RightsTable.swift"


def tells(text):
    return [word for word in PLANTED if word in text]


def export(person):
    job = person.done("GET", "/users/me/export")["id"]
    file = eventually(lambda: (person.done("GET", f"/jobs/{job}").json.get("result") or {}).get("file_id"))
    return person.done("GET", f"/files/{file}").text


def test_a_right_answer_reaches_no_student_early(start):
    host = start(log_level="debug", search="on")
    (tess,) = host.people("tess", role="instructor")
    (root,) = host.people("root", role="admin")
    ann, bob, eve = host.people("ann", "bob", "eve")
    course, (lesson,) = tess.course()
    quiz = tess.quiz(course, QUIZ["questions"][0])
    tess.done("PUT", f"/quizzes/{quiz}", QUIZ)
    assert tells(tess.done("GET", f"/quizzes/{quiz}").text), "it was never planted"
    assert tells(tess.done("GET", f"/courses/{course}/export").text), "it was never planted"
    for student in (ann, bob):
        student.done("POST", f"/enroll/{course}")
    attempts = {student: student.done("POST", f"/quizzes/{quiz}/attempts")["id"] for student in (ann, bob)}
    channel = ann.done("GET", f"/courses/{course}")["channel"]
    heard = []

    sockets = {student: student.socket() for student in (ann, bob, eve)}
    saved = {"answers": [{"question": "1", "answer": "wrong"}], "revision": 1}
    seen = []

    def ask(person, method, path, body=None, **headers):
        answer = person(method, path, body, **headers)
        seen.append((f"{person.name} {method} {path}", answer.text))
        return answer

    # Every route that reads, with whatever ids there are.
    ids = {"id": [course, quiz, lesson], "course_id": [course], "aid": list(attempts.values()), "cid": [channel],
           "lesson_id": [lesson], "uid": [ann.id, tess.id], "user_id": [ann.id], "question": ["1"], "n": ["1"]}
    paths = ["/search?q=PLANTED", "/search?q=bees&type=courses", "/search?q=271828", f"/analytics?course={course}",
             f"/analytics?course={course}&student={ann.id}", f"/courses/{course}/roster?state=active"]
    for path in sorted(set(re.findall(r"^ *GET (/\S+)", RIGHTS.read_text(), re.MULTILINE))):
        filled = [path]
        for name, values in ids.items():
            filled = [way.replace("{" + name + "}", value) for way in filled for value in values]
        paths += [way.removeprefix("/api/v1") for way in filled if "{" not in way and not way.endswith("/me/export")]
    assert len([path for path in paths if "quizzes" in path or "attempts" in path]) >= 6
    for student in (ann, bob, eve):
        ask(student, "PUT", f"/attempts/{attempts[ann]}", saved)
        for question, answer in (("2", "no number"), ("3", 9), ("9", 1)):
            ask(student, "PUT", f"/attempts/{attempts[ann]}", {"answers": [{"question": question, "answer": answer}]})
        ask(student, "PUT", f"/attempts/{attempts[ann]}/marks/1", {"percent": 100})
        ask(student, "PUT", f"/quizzes/{quiz}", QUIZ["questions"][0])
        ask(student, "GET", f"/courses/{course}/export")
        for path in paths:
            ask(student, "GET", path)
            if path.startswith("/analytics") or path.endswith("/roster"):
                ask(student, "GET", path, accept="text/csv")
    ask(ann, "PUT", f"/progress/{lesson}", {"completed": True})
    ask(ann, "POST", f"/channels/{channel}/messages", {"text": "is it PLA… ?"})
    for student, socket in sockets.items():
        heard += [(student.name, json.dumps(message)) for message in socket.pending()]
    assert "course.progress" in " ".join(text for _, text in heard)
    files = [(f"{student.name}'s export", export(student)) for student in (ann, bob, eve)]
    # What instructors and operators do beside it leaves a trace in no log either.
    trail = json.dumps(root.pages("/logs?limit=100"))
    assert "course" in trail
    # One student's closed attempt tells the other nothing.
    closed = ann.done("POST", f"/attempts/{attempts[ann]}/submit", {})
    assert tells(closed.text) == list(PLANTED), "and when it is closed it does: the test would see it"
    for path in (f"/attempts/{attempts[bob]}", f"/attempts/{attempts[ann]}", f"/quizzes/{quiz}/attempts", f"/quizzes/{quiz}",
                 "/notifications", "/sync"):
        ask(bob, "GET", path)
    files.append(("bob's later export", export(bob)))
    asked = ("/search?q=PLANTED", "/search?q=271828")
    for where, text in [*seen, *heard, *files, ("audit trail", trail), ("server's log", host.server.log)]:
        # What was asked for comes back in links and log lines.
        for words in ("q=PLANTED", "q=271828"):
            text = text.replace(words, "")
        assert not tells(text), f"{where} tells"
    assert len(seen) > 150 and heard and asked
