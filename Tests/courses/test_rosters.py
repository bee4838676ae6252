"""Rosters: who comes in, by whose word, and as a file."""

import csv
import datetime
import io

from academy import eventually

HOUR = datetime.timedelta(hours=1)


def time(delta):
    return (datetime.datetime.now(datetime.UTC) + delta).isoformat(timespec="seconds").replace("+00:00", "Z")


def said(answer):
    return f"{answer.status} {answer['code']}" if answer.status >= 300 else str(answer.status)


def members(tess, course):
    channel = tess.done("GET", f"/courses/{course}")["channel"]
    return sorted(item["user"]["username"] for item in tess.pages(f"/channels/{channel}/members"))


def test_whoever_is_let_in_by_an_instructor_is_in_the_channel(tess, class_of):
    asking, other, invited, stranger = class_of("approval", 4)
    course, _ = tess.course(enrolment="approval")
    assert asking("POST", f"/enroll/{course}").status == 202
    assert asking("POST", f"/enroll/{course}").status == 202, "asking twice is asking once"
    assert other("POST", f"/enroll/{course}").status == 202
    assert members(tess, course) == ["tess"]

    def decide(user, decision, by=tess):
        return by("PUT", f"/courses/{course}/roster/{user.id}", {"decision": decision})

    assert said(decide(asking, "admit", by=asking)) == "403 permission_denied"
    assert decide(asking, "admit")["state"] == "active"
    assert decide(asking, "admit")["state"] == "active", "saying it twice is saying it once"
    assert decide(other, "turn_away")["state"] == "turned_away"
    assert said(other("POST", f"/enroll/{course}")) == "403 permission_denied"
    assert decide(invited, "invite")["state"] == "invited"
    assert invited("POST", f"/enroll/{course}").status == 201, "who is invited need not ask"
    assert said(decide(stranger, "admit")) == "404 not_found"
    assert said(decide(stranger, "dance")) == "422 validation_failed"
    assert members(tess, course) == sorted([asking.name, invited.name, "tess"])
    assert tess.roster(course, "active,turned_away") == [
        (asking.name, "active"), (invited.name, "active"), (other.name, "turned_away")]
    assert asking.done("DELETE", f"/enroll/{course}").status == 204
    assert asking.done("DELETE", f"/enroll/{course}").status == 204
    assert members(tess, course) == sorted([invited.name, "tess"])
    told = [item for item in asking.done("GET", "/notifications")["items"] if item["type"] == "course"]
    assert told[0]["reference"] == {"type": "course", "id": course}


def test_the_rules_are_about_time_age_and_invitation(tess, class_of):
    young, old, ageless = class_of("rules", 3)
    for who, year in ((young, datetime.date.today().year - 10), (old, 1980)):
        who.done("PATCH", "/users/me", {"date_of_birth": f"{year}-01-01"})
    early, _ = tess.course(enrolment_opens_at=time(HOUR))
    late, _ = tess.course(enrolment_closes_at=time(-HOUR), enrolment_opens_at=time(-2 * HOUR))
    grown, _ = tess.course(minimum_age=18)
    private, _ = tess.course(enrolment="invitation")
    for course in (early, late, private):
        assert said(old("POST", f"/enroll/{course}")) == "403 permission_denied"
    assert "begins at" in old("POST", f"/enroll/{early}")["detail"]
    assert "ended at" in old("POST", f"/enroll/{late}")["detail"]
    assert "18 or older" in young("POST", f"/enroll/{grown}")["detail"]
    assert "date of birth" in ageless("POST", f"/enroll/{grown}")["detail"]
    assert old("POST", f"/enroll/{grown}").status == 201
    tess.done("PATCH", f"/courses/{early}", {"enrolment_opens_at": None})
    assert old("POST", f"/enroll/{early}").status == 201


def test_seats_go_to_who_waits_in_their_order(tess, class_of):
    first, second, *others = class_of("seats", 8)
    course, _ = tess.course(capacity=1, waiting_list=True)
    assert first("POST", f"/enroll/{course}").status == 201
    for place, person in enumerate([second, *others], 1):
        answer = person("POST", f"/enroll/{course}")
        assert (answer.status, answer["place"]) == (202, place)
    waiting = tess.pages(f"/courses/{course}/waitlist?limit=3")
    assert [row["place"] for row in waiting] == list(range(1, 8))
    assert [row["username"] for row in waiting] == [second.name] + [person.name for person in others]
    assert first("GET", f"/courses/{course}/waitlist").status == 403
    first.done("DELETE", f"/enroll/{course}")
    assert tess.roster(course) == [(second.name, "active")]
    # More seats than one, at once.
    tess.done("PATCH", f"/courses/{course}", {"capacity": 6})
    assert [name for name, _ in tess.roster(course)] == [second.name] + [person.name for person in others[:5]]
    assert others[5].done("GET", f"/courses/{course}")["enrolment_state"] == "waiting"
    full, _ = tess.course(capacity=1)
    assert first("POST", f"/enroll/{full}").status == 201
    assert said(second("POST", f"/enroll/{full}")) == "409 quota_exceeded"


def test_many_seats_at_once_leave_nobody_waiting(tess, class_of):
    people = class_of("many", 230)
    course, _ = tess.course(capacity=1, waiting_list=True)
    lines = "user\n" + "".join(f"{person.id}\n" for person in people)
    tally = tess.done("POST", f"/courses/{course}/roster", lines.encode()).json
    assert (tally["changed"], tally["failed"]) == (230, 0)
    assert len(tess.pages(f"/courses/{course}/waitlist?limit=100")) == 229
    tess.done("PATCH", f"/courses/{course}", {"capacity": 500})
    assert tess.pages(f"/courses/{course}/waitlist?limit=100") == []
    assert tess.done("GET", f"/courses/{course}")["enrolled_count"] == 230
    assert len(members(tess, course)) == 231


def test_a_roster_is_read_in_pages_and_as_a_file_that_can_be_brought_in_again(tess, class_of):
    people = class_of("file", 5)
    course, (lesson,) = tess.course()
    for person in people:
        person.done("POST", f"/enroll/{course}")
    people[0].done("PATCH", "/users/me", {"display_name": "=1+1,\"quoted\""})
    people[0].done("PUT", f"/progress/{lesson}", {"completed": True})
    rows = tess.pages(f"/courses/{course}/roster?limit=2")
    assert [row["username"] for row in rows] == [person.name for person in people]
    assert rows[0]["percent"] == 100 and rows[0]["completed_at"] and rows[1]["percent"] == 0
    file = tess.done("GET", f"/courses/{course}/roster", accept="text/csv")
    assert file.headers["content-type"].startswith("text/csv") and "roster.csv" in file.headers["content-disposition"]
    table = list(csv.DictReader(io.StringIO(file.text)))
    assert [row["username"] for row in table] == [person.name for person in people]
    assert table[0]["percent"] == "100" and not table[0]["display_name"].startswith("=")
    again = tess.done("POST", f"/courses/{course}/roster", file.body).json
    assert (again["changed"], again["unchanged"], again["failed"]) == (0, 5, 0)
    assert people[0]("GET", f"/courses/{course}/roster").status == 403
    other, _ = tess.course(capacity=3)
    tally = tess.done("POST", f"/courses/{other}/roster", file.body).json
    assert (tally["changed"], tally["failed"]) == (3, 2)
    assert {fault["code"] for fault in tally["errors"]} == {"quota_exceeded"}


def test_a_roster_that_is_brought_in_says_of_each_line_what_is_wrong(tess, class_of):
    ann, bob, cat = class_of("lines", 3)
    course, _ = tess.course()
    lines = [
        "\ufeffname,state,user,username", f"Ann,,{ann.id},", f'"B, ob",invited,,{bob.name.upper()}', f"Cat,turned_away,{cat.id},",
        "Nobody,active,,nobody-at-all", "?,dancing,1,", "?,active,x,", '?,active,"unclosed',
    ]
    tally = tess.done("POST", f"/courses/{course}/roster", "\r\n".join(lines).encode()).json
    assert (tally["changed"], tally["unchanged"], tally["failed"]) == (2, 0, 5)
    assert {(fault["row"], fault["code"]) for fault in tally["errors"]} == {
        (4, "not_found"), (5, "not_found"), (6, "invalid_format"), (7, "invalid_format"), (8, "invalid_format")}
    assert tess.roster(course, "active,invited") == [(ann.name, "active"), (bob.name, "invited")]

    def refusal(body, by=tess):
        return said(by("POST", f"/courses/{course}/roster", body))

    assert refusal(b"name\nann\n") == "422 validation_failed"
    assert refusal(b"") == "422 validation_failed"
    assert refusal(b"user\n" + b"1\n" * (1 << 20)) in ("413 payload_too_large", "413 too_large")
    assert refusal(b"user\n1\n", by=ann) == "403 permission_denied"
    assert tess.done("GET", f"/courses/{course}")["enrolled_count"] == 1


def test_one_who_wrote_in_the_chat_is_heard_by_the_course(tess, class_of):
    ann, bob = class_of("chat", 2)
    course, _ = tess.course()
    for person in (ann, bob):
        person.done("POST", f"/enroll/{course}")
    channel = ann.done("GET", f"/courses/{course}")["channel"]
    with bob.socket() as socket:
        ann.done("POST", f"/channels/{channel}/messages", {"text": "hello, bees"})
        assert socket.next("message.created")["text"] == "hello, bees"
        bob.done("DELETE", f"/enroll/{course}")
        socket.next("channel.removed")
    assert eventually(lambda: bob("GET", f"/channels/{channel}").status == 404)
