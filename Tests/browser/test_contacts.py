"""Bringing contacts along in the chat page, in a real browser against the real server."""

import json
import subprocess

from playwright.sync_api import expect

from window import SECONDS


def bring(server, tmp_path, *users):
    """Users whose addresses are verified."""
    file = tmp_path / "users.jsonl"
    file.write_text("".join(json.dumps(user) + "\n" for user in users))
    subprocess.run(
        [server.binary, "user", "import", str(file), "--dev", "--data", str(server.data)], check=True,
        capture_output=True)


def test_contacts_come_from_a_file_and_who_is_here_is_written_to(server, ann, tmp_path):
    bring(server, tmp_path, {"username": "carl", "email": "carl@example.org"})
    file = tmp_path / "contacts.csv"
    file.write_text("Name;E-mail\r\nCarl Contact;CARL@example.org\r\nNobody;nobody@example.org\r\n")
    dialog = ann.open_account("Contacts")
    expect(dialog.get_by_text("Nobody yet.")).to_be_visible()
    dialog.get_by_label("File with contacts").set_input_files(file)
    expect(dialog.get_by_text("2 new, 0 changed, 0 known already. 1 of them are here.")).to_be_visible(
        timeout=15 * SECONDS)
    people = dialog.get_by_role("list", name="Contacts").get_by_role("listitem")
    expect(people).to_have_count(2)
    dialog.get_by_role("button", name="Chat with Carl Contact").click()
    expect(dialog).to_be_hidden()
    expect(ann.page.get_by_role("heading", name="carl", exact=True)).to_be_visible()


def test_rows_that_cannot_be_read_are_named(ann, tmp_path):
    file = tmp_path / "contacts.csv"
    file.write_text("Name,E-mail\nGood,good@example.org\nBad,nonsense\n")
    dialog = ann.open_account("Contacts")
    dialog.get_by_label("File with contacts").set_input_files(file)
    expect(dialog.get_by_text("Row 3: email:")).to_be_visible(timeout=15 * SECONDS)
    file.write_text("this is no address book\n")
    dialog.get_by_label("File with contacts").set_input_files(file)
    expect(dialog.get_by_text("The first line names no column")).to_be_visible(timeout=15 * SECONDS)


def test_one_is_found_only_if_one_wants_to(ann):
    dialog = ann.open_account("Contacts")
    box = dialog.get_by_role("checkbox", name="sees that I am here")
    expect(box).to_be_checked()
    with ann.page.expect_response("**/contacts/discovery") as answer:
        box.uncheck()
    assert answer.value.json() == {"findable": False}
