"""A whole course as one file."""

import copy

CHOICE = {"type": "single_choice", "text": "What do bees make?", "options": ["Wool", "Honey"], "answer": 1, "weight": 2,
          "explanation": "From nectar."}
NUMBER = {"type": "numeric", "text": "Legs?", "answer": {"value": 6, "tolerance": 0}}


def refusal(person, body):
    answer = person("POST", "/courses/import", body)
    return f"{answer.status} {answer['errors'][0]['pointer'] if answer.status == 422 else answer['code']}"


def test_a_course_goes_out_and_comes_in_again_as_it_was(host, tess, class_of):
    (ann,) = class_of("exporting", 1)
    course, (first, second) = tess.course(
        "Hives", "Honey", summary="Sweet", description="# Bees\n\n*all* of them", tags=["nature", "蜂蜜"],
        level="beginner", language="pt-BR", capacity=7, waiting_list=True, minimum_age=12)
    tess.done("PATCH", f"/lessons/{second}", {
        "prerequisites": [first], "video_url": "https://example.org/v", "duration_s": 90,
        "links": [{"title": "More", "url": "https://example.org/"}]})
    quiz = tess.quiz(course, CHOICE, NUMBER, pass_mark=80, attempts_max=2, shuffle_options=True, required=True)
    ann.done("PATCH", "/users/me", {"date_of_birth": "1990-01-01", "display_name": "Ann Nobody-Else"})
    ann.done("POST", f"/enroll/{course}")
    ann.done("PUT", f"/progress/{first}", {"percent": 41})
    attempt = ann.done("POST", f"/quizzes/{quiz}/attempts")["id"]
    ann.done("POST", f"/attempts/{attempt}/submit", {"answers": [{"question": "2", "answer": 271828}]})
    file = tess.done("GET", f"/courses/{course}/export")
    assert "course.json" in file.headers["content-disposition"]
    for word in (ann.name, "Nobody-Else", "271828", "\"percent\"", "submitted_at"):
        assert word not in file.text, "nothing of anybody who learns"
    assert ann("GET", f"/courses/{course}/export").status == 403

    (tom,) = host.people("tom", role="instructor")
    made = tom.done("POST", "/courses/import", file.body)
    assert made.status == 201 and made.headers["location"] == f"/api/v1/courses/{made['id']}"
    assert (made["owner"], made["state"], made["enrolled_count"]) == (tom.id, "draft", 0)
    assert tom.done("GET", f"/courses/{made['id']}/export").json == file.json
    lessons = tom.done("GET", f"/courses/{made['id']}/lessons")["items"]
    assert [lesson["title"] for lesson in lessons] == ["Hives", "Honey"]
    assert lessons[1]["prerequisites"] == [lessons[0]["id"]]
    tom.done("PATCH", f"/courses/{made['id']}", {"state": "published"})
    assert ann.done("GET", "/courses?q=bees+honey")["items"][0]["id"] == made["id"]
    assert ann.done("POST", f"/enroll/{made['id']}").status == 201
    assert tess("GET", f"/courses/{made['id']}/export").status == 403


def test_a_file_is_taken_whole_or_not_at_all(host, tess, class_of):
    (ann,) = class_of("importing", 1)
    course, _ = tess.course("Hives", "Honey")
    tess.quiz(course, CHOICE)
    good = tess.done("GET", f"/courses/{course}/export").json
    before = len(tess.pages("/courses?mine=true&limit=100"))

    def wrong(change):
        body = copy.deepcopy(good)
        change(body)
        return refusal(tess, body)

    assert wrong(lambda body: body.update(format="other")) == "422 /format"
    assert wrong(lambda body: body["course"].pop("title")) == "422 /course/title"
    assert wrong(lambda body: body["lessons"][1].update(title="")) == "422 /lessons/1/title"
    assert wrong(lambda body: body["lessons"][0].update(prerequisites=[0])) == "422 /lessons/0/prerequisites"
    assert wrong(lambda body: body["lessons"][0].update(video_url="javascript:1")) == "422 /lessons/0/video_url"
    assert wrong(lambda body: body["quizzes"][0]["questions"][0].update(answer=9)) == "422 /quizzes/0/questions/0/answer"
    assert refusal(tess, b"{") .startswith("422")
    assert refusal(tess, b" " * ((8 << 20) + 1)).startswith("413")
    assert refusal(ann, good) == "403 permission_denied"
    assert len(tess.pages("/courses?mine=true&limit=100")) == before
    # Files of others are left out, and not shown to who did not see them.
    theirs = ann("POST", "/files?name=a.txt", b"secret", content_type="text/plain")["id"]
    stolen = copy.deepcopy(good)
    stolen["course"]["cover"] = theirs
    stolen["lessons"][0]["attachments"] = [theirs]
    made = tess.done("POST", "/courses/import", stolen)
    assert made["cover"] is None
    assert tess.done("GET", f"/courses/{made['id']}/lessons")["items"][0]["attachments"] == []
    assert tess("GET", f"/files/{theirs}").status == 404
