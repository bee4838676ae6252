"""What can be done with a message, in two windows: the one that does it, and the one that sees it."""

import re

import pytest
from playwright.sync_api import expect


@pytest.fixture
def ann(people):
    return people["ann"]


@pytest.fixture
def bob(people):
    return people["bob"]


@pytest.fixture
def chat(ann, bob):
    """ann and bob in a direct chat in which each has said something, both of them looking at it."""
    ann.open_chat_with("bob")
    ann.say("Hello bob")
    bob.choose("ann")
    bob.say("Hello ann")
    for window in (ann, bob):
        window.expect_messages(["Hello bob", "Hello ann"])
    yield
    for window in (ann, bob):
        window.expect_clean()


def test_an_edited_message_shows_its_new_text_and_that_it_was_edited(chat, ann, bob):
    ann.act_on("Hello bob", "Edit")
    box = ann.page.get_by_role("textbox", name="Message")
    expect(box).to_have_value("Hello bob")
    box.fill("Hello, dear bob")
    ann.page.get_by_role("button", name="Save").click()
    for window in (ann, bob):
        window.expect_messages(["Hello, dear bob", "Hello ann"])
        expect(window.message("Hello, dear bob").locator(".edited")).to_be_visible()
    expect(box).to_have_value("")
    bob.page.reload()
    bob.expect_messages(["Hello, dear bob", "Hello ann"])


def test_a_message_deleted_for_all_is_gone_for_both(chat, ann, bob):
    ann.act_on("Hello bob", "Delete")
    ann.dialog("Delete this message?").get_by_role("button", name="Delete").click()
    for window in (ann, bob):
        window.expect_messages(["Message deleted", "Hello ann"])
    bob.page.reload()
    bob.expect_messages(["Message deleted", "Hello ann"])


def test_a_message_deleted_for_me_stays_for_the_other(chat, ann, bob):
    bob.act_on("Hello bob", "Delete")
    dialog = bob.dialog("Delete this message?")
    expect(dialog.get_by_label("For everyone")).to_be_hidden()
    dialog.get_by_role("button", name="Delete").click()
    bob.expect_messages(["Hello ann"])
    ann.expect_messages(["Hello bob", "Hello ann"])
    bob.page.reload()
    bob.expect_messages(["Hello ann"])


def test_a_reply_shows_what_it_answers_and_leads_to_the_thread(chat, ann, bob, screenshots):
    bob.act_on("Hello bob", "Reply")
    bob.say("A reply")
    expect(bob.page.locator("#about")).to_be_hidden()
    for window in (ann, bob):
        expect(window.message("A reply").locator(".quote")).to_contain_text("Hello bob")
        expect(window.page.get_by_role("button", name="1 reply")).to_be_visible()
    ann.page.get_by_role("button", name="1 reply").click()
    thread = ann.page.get_by_role("complementary", name="Thread")
    expect(thread.locator(".message .text")).to_have_text(["Hello bob", "A reply"])
    thread.get_by_label("Reply in the thread").fill("And one from the thread")
    thread.get_by_role("button", name="Reply", exact=True).click()
    expect(thread.locator(".message .text")).to_have_text(["Hello bob", "A reply", "And one from the thread"])
    bob.expect_messages(["Hello bob", "Hello ann", "A reply", "And one from the thread"])
    expect(bob.page.get_by_role("button", name="2 replies")).to_be_visible()
    ann.page.screenshot(path=screenshots / "thread.png")


def test_reactions_are_counted_and_taken_back(chat, ann, bob):
    ann.react_to("Hello ann", "👍")
    ann.expect_reaction("Hello ann", "👍", 1, mine=True)
    bob.expect_reaction("Hello ann", "👍", 1, mine=False)
    bob.message("Hello ann").locator(".reaction").click()
    ann.expect_reaction("Hello ann", "👍", 2, mine=True)
    bob.page.reload()
    bob.expect_reaction("Hello ann", "👍", 2, mine=True)
    bob.message("Hello ann").locator(".reaction").click()
    ann.expect_reaction("Hello ann", "👍", 1, mine=True)


def test_a_forwarded_message_names_who_said_it_first_and_not_where(chat, ann, bob):
    ann.create_group("Friends", "bob")
    ann.choose("bob")
    ann.act_on("Hello ann", "Forward")
    dialog = ann.dialog("Forward to")
    dialog.get_by_label("Chat").select_option(label="Friends")
    dialog.get_by_role("button", name="Forward").click()
    expect(ann.page.get_by_role("heading", name="Friends")).to_be_visible()
    ann.expect_messages(["Hello ann"])
    bob.choose("Friends")
    bob.expect_messages(["Hello ann"])
    expect(bob.message("Hello ann").locator(".origin")).to_have_text("Forwarded, first said by You")
    expect(ann.message("Hello ann").locator(".origin")).to_have_text("Forwarded, first said by bob")


def test_who_writes_is_seen_by_the_other(chat, ann, bob):
    """Slowly, because the server tells of one writer every three seconds at most."""
    ann.page.get_by_role("textbox", name="Message").press_sequentially("I was about to say", delay=300)
    expect(bob.page.locator("#typing")).to_have_text("ann is writing…")
    ann.page.keyboard.press("Enter")
    expect(bob.page.locator("#typing")).to_have_text("")
    bob.expect_messages(["Hello bob", "Hello ann", "I was about to say"])


def test_who_is_there_is_seen_by_the_other(chat, ann, bob):
    detail = ann.page.locator("#room-detail")
    expect(detail).to_have_text("@bob · online")
    bob.page.get_by_label("Your status").select_option("busy")
    expect(detail).to_have_text("@bob · busy", timeout=15000)
    address = bob.page.url
    bob.page.goto("about:blank")
    expect(detail).to_have_text(re.compile("@bob · last seen"), timeout=15000)
    bob.page.goto(address)
    expect(detail).to_have_text("@bob · online")


def test_keys_open_the_menu_and_leave_it(chat, ann):
    button = ann.message("Hello bob").get_by_role("button", name="Actions for You: Hello bob")
    button.focus()
    ann.page.keyboard.press("Enter")
    expect(ann.page.get_by_role("menu")).to_be_visible()
    ann.page.keyboard.press("ArrowDown")
    ann.page.keyboard.press("Escape")
    expect(ann.page.get_by_role("menu")).to_be_hidden()
    expect(button).to_be_focused()


def test_two_tabs_of_one_user_are_one(chat, server, ann, bob):
    """What waits is known to both, and is there once whichever of them sends it."""
    server.kill()
    for window in (ann, bob):
        window.expect_cut_off()
    ann.say("Written once")
    ann.expect_waiting(1)
    server.start()
    tab = ann.context.new_page()
    tab.goto(ann.page.url)
    said = ["Hello bob", "Hello ann", "Written once"]
    for page in (ann.page, tab, bob.page):
        expect(page.locator("#log .message .text")).to_have_text(said, timeout=45000)
        expect(page.locator("#log .message.pending")).to_have_count(0)
    tab.get_by_role("textbox", name="Message").fill("From the tab")
    tab.keyboard.press("Enter")
    for page in (ann.page, tab, bob.page):
        expect(page.locator("#log .message .text")).to_have_text([*said, "From the tab"])
