"""The pages of courses: one teaches, one learns, and they talk beside the lessons."""

import json
import subprocess

import pytest
from playwright.sync_api import expect

from conftest import PASSWORD
from window import Window


@pytest.fixture
def teacher(browser, server, tmp_path):
    """Somebody who may make courses, signed in on the pages of courses."""
    users = tmp_path / "users.jsonl"
    users.write_text(json.dumps({"username": "tess", "password": PASSWORD, "role": "instructor"}) + "\n")
    command = [server.binary, "user", "import", users, "--dev", "--data", server.data]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    window = Window(browser, server.url)
    window.sign_in("tess", PASSWORD)
    window.expect_connected()
    window.page.goto(f"{server.url}/courses.html#/mine")
    yield window
    window.close()


def go(window, place):
    window.page.goto(f"{window.url}/courses.html{place}")


def make_course(teacher, title="Bees and honey"):
    page = teacher.page
    page.get_by_text("Teach something").click()
    teacher.fill("Title of a new course", title)
    teacher.press("Make a course")
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    page.get_by_text("Add a lesson").click()
    for name, text in (("Hives", "# Hives\n\nBees *live* here. <script>alert(1)</script>"), ("Honey", "Sweet.")):
        form = page.locator("details", has_text="Add a lesson").last
        if not form.locator("form").is_visible():
            form.locator("summary").click()
        form.get_by_role("textbox", name="Title of the lesson").fill(name)
        form.get_by_role("textbox", name="Text").fill(text)
        form.get_by_role("button", name="Add the lesson").click()
        expect(page.get_by_text(name, exact=True).first).to_be_visible()
    teacher.press("Publish")
    expect(page.locator(".tag", has_text="published")).to_be_visible()
    return page.url.split("#/c/")[1].split("/")[0]


def make_quiz(teacher, course):
    go(teacher, f"#/c/{course}/teach/q/new")
    page = teacher.page
    teacher.fill("Title of the quiz", "What bees do")
    teacher.press("Add a question")
    teacher.fill("Question", "What do bees make?")
    teacher.fill("Answers", "Wool\n* Honey\nBread")
    teacher.press("Save the quiz")
    expect(page.get_by_role("heading", name="What bees do")).to_be_visible()


def test_one_teaches_and_one_learns(server, teacher, ann):
    course = make_course(teacher)
    make_quiz(teacher, course)
    page = ann.page
    go(ann, "#/")
    page.get_by_role("link", name="Bees and honey").click()
    ann.press("Enrol")
    expect(page.get_by_role("complementary", name="Chat of the course")).to_be_visible()

    page.get_by_role("link", name="Hives").click()
    expect(page.locator(".rich em")).to_have_text("live")
    expect(page.locator(".rich")).to_contain_text("<script>alert(1)</script>")
    ann.press("Mark as done")
    expect(page.get_by_role("heading", name="Honey")).to_be_visible()
    ann.press("Mark as done")
    expect(page.get_by_text("Completed", exact=True)).to_be_visible()
    ann.press("Show my certificate")
    target = page.get_by_role("link", name="Link to check it").get_attribute("href")
    assert page.request.get(target).json()["name"] == "ann"

    page.get_by_role("link", name="What bees do").click()
    ann.press("Begin")
    page.get_by_role("radio", name="Honey").check()
    expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()
    page.reload()
    expect(page.get_by_role("radio", name="Honey")).to_be_checked()
    ann.press("Submit")
    expect(page.get_by_text("100 % – passed")).to_be_visible()

    go(teacher, f"#/c/{course}/people")
    expect(teacher.page.get_by_role("heading", name="1 student")).to_be_visible()
    expect(teacher.page.locator(".lesson-row", has_text="ann")).to_contain_text("completed")
    for window in (teacher, ann):
        assert window.errors == [] and window.foreign == []


def test_the_chat_stands_beside_the_lessons(server, teacher, ann):
    course = make_course(teacher)
    go(ann, f"#/c/{course}")
    ann.press("Enrol")
    go(teacher, f"#/c/{course}")
    teacher.fill("Message to the course", "Welcome to the hive")
    teacher.press("Send")
    chat = ann.page.get_by_role("complementary", name="Chat of the course")
    expect(chat.get_by_text("Welcome to the hive")).to_be_visible()
    ann.page.get_by_role("link", name="Hives").click()
    expect(chat.get_by_text("Welcome to the hive")).to_be_visible()
    ann.fill("Message to the course", "Thank you")
    ann.press("Send")
    expect(teacher.page.get_by_text("Thank you")).to_be_visible()
    assert ann.errors == [] and teacher.errors == []


def test_a_full_course_lets_the_next_one_in(server, teacher, ann, windows):
    course = make_course(teacher)
    page = teacher.page
    teacher.fill("Seats", "1")
    page.get_by_role("checkbox", name="Who comes to a full course waits").check()
    teacher.press("Save")
    go(ann, f"#/c/{course}")
    ann.press("Enrol")
    expect(ann.page.get_by_role("button", name="Leave the course")).to_be_visible()
    bob = windows()
    bob.register("bob", PASSWORD)
    bob.expect_connected()
    go(bob, f"#/c/{course}")
    bob.press("Enrol")
    expect(bob.page.get_by_text("You are on the waiting list.")).to_be_visible()
    ann.page.on("dialog", lambda dialog: dialog.accept())
    ann.press("Leave the course")
    expect(ann.page.get_by_role("button", name="Enrol")).to_be_visible()
    bob.page.reload()
    expect(bob.page.get_by_role("button", name="Leave the course")).to_be_visible()


def test_courses_are_found_without_an_account(server, teacher, windows):
    make_course(teacher)
    window = windows("/courses.html")
    window.page.get_by_role("searchbox", name="Search courses").fill("honey")
    window.page.get_by_role("link", name="Bees and honey").click()
    expect(window.page.get_by_text("Sign in to enrol.")).to_be_visible()
    expect(window.page.get_by_text("Hives", exact=True)).to_be_visible()
    assert window.errors == [] and window.foreign == []


def test_lessons_have_files_and_deleted_courses_come_back(server, teacher, ann):
    course = make_course(teacher)
    page = teacher.page
    page.get_by_text("Change", exact=True).first.click()
    notes = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"bees, bees"}
    page.get_by_label("Attach a file: Hives").set_input_files(notes)
    expect(page.get_by_text("1 file", exact=True)).to_have_count(1)
    go(ann, f"#/c/{course}")
    ann.press("Enrol")
    ann.page.get_by_role("link", name="Hives").click()
    with ann.page.expect_download() as saved:
        ann.press("Save notes.txt")
    assert saved.value.suggested_filename == "notes.txt"
    assert open(saved.value.path(), "rb").read() == b"bees, bees"

    page.on("dialog", lambda dialog: dialog.accept())
    teacher.press("Delete the course")
    expect(page.get_by_role("heading", name="Deleted")).to_be_visible()
    ann.page.reload()
    expect(ann.page.get_by_text("no such course")).to_be_visible()
    teacher.press("Restore Bees and honey")
    expect(page.get_by_role("link", name="Bees and honey")).to_be_visible()
    ann.page.reload()
    expect(ann.page.get_by_role("button", name="Save notes.txt")).to_be_visible()
    assert teacher.errors == [] and teacher.foreign == []


def test_a_learner_needs_no_mouse(server, teacher, ann):
    course = make_course(teacher)
    make_quiz(teacher, course)
    go(ann, "#/")
    page = ann.page
    name_of = """() => {
      const node = document.activeElement;
      return (node.getAttribute('aria-label') || node.labels?.[0]?.textContent || node.textContent).trim();
    }"""

    def tab_to(name):
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate(name_of) == name:
                return
        raise AssertionError(f"{name} is not reached")

    expect(page.get_by_role("link", name="Bees and honey")).to_be_visible()
    tab_to("Bees and honey")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Bees and honey")).to_be_focused()
    assert page.title() == "Bees and honey – Confab"
    tab_to("Enrol")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Leave the course")).to_be_visible()
    tab_to("Hives")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Hives", level=1).first).to_be_focused()
    tab_to("Mark as done")
    page.keyboard.press("Space")
    expect(page.get_by_role("heading", name="Honey")).to_be_focused()
    tab_to("← Bees and honey")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 of 2 lessons")).to_be_visible()
    tab_to("What bees do")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="What bees do")).to_be_focused()
    tab_to("Begin")
    page.keyboard.press("Enter")
    expect(page.get_by_role("radio", name="Wool")).to_be_visible()
    tab_to("Wool")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="Honey")).to_be_checked()
    tab_to("Submit")
    page.keyboard.press("Enter")
    expect(page.get_by_text("100 % – passed")).to_be_visible()
    assert ann.errors == [] and ann.foreign == []


def test_an_instructor_sets_a_window_and_an_age(server, teacher, ann):
    course = make_course(teacher)
    page = teacher.page
    page.get_by_label("Youngest age").fill("18")
    page.get_by_label("Enrolment begins").fill("2020-01-01T08:00")
    page.get_by_label("Enrolment ends").fill("2090-01-01T08:00")
    teacher.press("Save")
    expect(page.get_by_label("Enrolment ends")).to_have_value("2090-01-01T08:00")
    go(ann, f"#/c/{course}")
    ann.press("Enrol")
    expect(ann.page.get_by_role("alert")).to_contain_text("18 or older")
