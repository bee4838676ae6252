"""Seats and attempts are counted exactly, by hundreds at once, and over a kill of the server."""

import collections
import concurrent.futures
import threading

PEOPLE, SEATS = 500, 37


def insist(person, method, path, body=None):
    """Asks again for as long as nobody answers, as clients do."""
    while True:
        try:
            answer = person(method, path, body)
        except (OSError, person.broken):
            continue
        if answer.status not in (429, 503):
            return answer


def killed_halfway(host, jobs, count):
    """Runs all jobs at once, and kills the server and starts it again when about so many of them are answered."""
    done, lock, half = [], threading.Lock(), threading.Event()

    def run(job):
        answer = job()
        with lock:
            done.append(answer)
            if len(done) >= count:
                half.set()
        return answer

    with concurrent.futures.ThreadPoolExecutor(48) as pool:
        running = [pool.submit(run, job) for job in jobs]
        assert half.wait(60)
        host.server.kill()
        host.server.start()
        return [job.result() for job in running]


def test_seats_are_exact_for_five_hundred_at_once_over_a_kill(start):
    host = start()
    (tess,) = host.people("tess", role="instructor")
    people = host.people(*(f"p{number}" for number in range(PEOPLE)))
    course, _ = tess.course(capacity=SEATS, waiting_list=True)
    # Each asks twice, as who does not know whether they were heard.
    jobs = [lambda person=person: (person, insist(person, "POST", f"/enroll/{course}")) for person in people for _ in range(2)]
    answers = killed_halfway(host, jobs, PEOPLE // 2)
    states = collections.defaultdict(set)
    for person, answer in answers:
        assert answer.status in (200, 201, 202), answer.text
        states[person.id].add((answer["state"], answer.json.get("place")))
    assert all(len(said) == 1 for said in states.values()), "nobody is told two things"
    seated = {user for user, said in states.items() if {state for state, _ in said} == {"active"}}
    assert len(seated) == SEATS and len(states) == PEOPLE
    places = sorted(place for said in states.values() for state, place in said if state == "waiting")
    assert places == list(range(1, PEOPLE - SEATS + 1)), "each place is given once"
    assert {row["user"] for row in tess.pages(f"/courses/{course}/roster?limit=100")} == seated
    shown = tess.done("GET", f"/courses/{course}")
    assert shown["enrolled_count"] == SEATS
    members = {item["user"]["id"] for item in tess.pages(f"/channels/{shown['channel']}/members?limit=100")}
    assert members == seated | {tess.id}, "and they are those in its channel"


def test_attempts_are_as_many_as_allowed_over_a_kill(start):
    host = start()
    (tess,) = host.people("tess", role="instructor")
    students = host.people(*(f"p{number}" for number in range(20)))
    course, _ = tess.course()
    quiz = tess.quiz(course, {"type": "true_false", "text": "a", "answer": True}, attempts_max=2)
    for student in students:
        student.done("POST", f"/enroll/{course}")

    def way(student):
        """Begins and submits for as long as there is an attempt left; others do the same at once."""
        told = []
        while True:
            begun = insist(student, "POST", f"/quizzes/{quiz}/attempts")
            if begun.status == 409:
                return student, told
            assert begun.status in (200, 201), begun.text
            body = {"answers": [{"question": "1", "answer": len(told) % 2 == 0}]}
            closed = insist(student, "POST", f"/attempts/{begun['id']}/submit", body)
            assert closed.status == 200, closed.text
            told.append((closed["id"], closed["score"], closed["passed"]))

    answers = killed_halfway(host, [lambda s=student: way(s) for student in students for _ in range(3)], 20)
    for student, told in answers:
        kept = {item["id"]: item for item in student.done("GET", f"/quizzes/{quiz}/attempts")["items"]}
        assert len(kept) == 2 and sorted(item["number"] for item in kept.values()) == [1, 2]
        for attempt, score, passed in told:
            assert (kept[attempt]["score"], kept[attempt]["passed"]) == (score, passed), "what was told stays so"
            assert kept[attempt]["state"] == "graded"
