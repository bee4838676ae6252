"""The chat page in a real browser, against the real server, through a crash of it."""

import pytest
from playwright.sync_api import expect

PASSWORD = "correct horse battery 7"


@pytest.fixture
def ann(windows):
    window = windows()
    window.register("ann", PASSWORD)
    window.expect_connected()
    return window


@pytest.fixture
def bob(windows):
    window = windows()
    window.register("bob", PASSWORD)
    window.expect_connected()
    return window


def test_two_windows_chat_through_a_crash(server, ann, bob, screenshots):
    ann.open_chat_with("bob")
    ann.say("Hello bob")
    ann.say("Are you there?")

    bob.expect_unread("ann", 2)
    expect(bob.page).to_have_title("(2) Confab")
    bob.page.screenshot(path=screenshots / "unread.png")
    bob.choose("ann")
    bob.expect_no_unread("ann")
    bob.expect_messages(["Hello bob", "Are you there?"])
    ann.expect_read("Are you there?")
    bob.say("Yes. <b>Not bold</b> & https://example.org/a?b=1&c=2, see?")
    said = ["Hello bob", "Are you there?", "Yes. <b>Not bold</b> & https://example.org/a?b=1&c=2, see?"]
    for window in (ann, bob):
        window.expect_messages(said)

    server.kill()
    for window in (ann, bob):
        window.expect_cut_off()
    ann.say("Written while the server was away, one")
    ann.say("Written while the server was away, two")
    ann.expect_waiting(2)
    bob.say("From the other side")
    bob.expect_waiting(1)
    ann.page.screenshot(path=screenshots / "offline.png")

    server.start()
    for window in (ann, bob):
        window.expect_connected()
    expect(ann.page.locator("#log .message .text")).to_have_count(6)
    order = ann.page.locator("#log .message .text").all_inner_texts()
    assert order[:3] == said
    ones = [text for text in order[3:] if text.startswith("Written")]
    assert ones == ["Written while the server was away, one", "Written while the server was away, two"]
    assert sorted(order[3:]) == sorted([*ones, "From the other side"])
    for window in (ann, bob):
        window.expect_messages(order)

    bob.say("All here")
    for window in (ann, bob):
        window.expect_messages([*order, "All here"])
    ann.page.screenshot(path=screenshots / "resumed.png")

    ann.page.reload()
    ann.expect_connected()
    ann.expect_messages([*order, "All here"])
    for window in (ann, bob):
        window.expect_clean()


def test_what_was_written_offline_outlives_the_page(server, ann, bob):
    """A reload while the server is away cannot work (the page comes from it), but one after its return sends all."""
    ann.open_chat_with("bob")
    ann.say("First")
    ann.expect_messages(["First"])
    server.kill()
    ann.expect_cut_off()
    ann.say("Second")
    ann.say("Third")
    ann.expect_waiting(2)
    address = ann.page.url
    ann.page.goto("about:blank")
    server.start()
    ann.page.goto(address)
    ann.expect_messages(["First", "Second", "Third"])
    bob.expect_connected()
    bob.choose("ann")
    bob.expect_messages(["First", "Second", "Third"])
    ann.errors.clear()
    for window in (ann, bob):
        window.expect_clean()


def test_a_group_shows_who_speaks_and_history_comes_in_pages(ann, bob, screenshots):
    ann.create_group("Sunday walk", "bob")
    count = 60
    for number in range(1, count + 1):
        ann.say(f"Stone {number}")
    texts = [f"Stone {number}" for number in range(1, count + 1)]
    ann.expect_messages(texts)

    bob.expect_unread("Sunday walk", count)
    bob.page.reload()
    bob.expect_connected()
    bob.choose("Sunday walk")
    expect(bob.page.locator("#log .author").first).to_have_text("ann")
    expect(bob.page.locator("#log .message .text").last).to_have_text(f"Stone {count}")
    bob.page.locator("#scroller").evaluate("node => node.scrollTop = 0")
    bob.expect_messages(texts)
    bob.page.screenshot(path=screenshots / "group.png")
    for window in (ann, bob):
        window.expect_clean()


def test_a_refused_password_is_explained_by_the_server(windows):
    window = windows()
    with window.page.expect_response("**/api/v1/auth/register") as answered:
        window.register("ann", "short")
    problem = answered.value.json()
    assert answered.value.status == 422
    assert [error["pointer"] for error in problem["errors"]] == ["/password"]
    password = window.page.get_by_label("Password")
    expect(password).to_be_focused()
    expect(password).to_have_attribute("aria-invalid", "true")
    expect(password).to_have_accessible_description(problem["errors"][0]["detail"])
    expect(window.page.get_by_role("heading", name="Create an account")).to_be_visible()
    assert window.foreign == []


def test_signing_out_and_in_again_finds_the_chat(ann, bob):
    ann.open_chat_with("bob")
    ann.say("Remember this")
    ann.expect_messages(["Remember this"])
    ann.page.get_by_role("button", name="Sign out").click()
    expect(ann.page.get_by_role("heading", name="Sign in")).to_be_visible()
    ann.sign_in("ann", PASSWORD)
    ann.choose("bob")
    ann.expect_messages(["Remember this"])
    ann.expect_clean()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone(windows, server, ann, bob, screenshots, scheme):
    bob.open_chat_with("ann")
    bob.say("Shall we meet at the bridge?")
    bob.expect_messages(["Shall we meet at the bridge?"])
    phone = windows(color_scheme=scheme)
    phone.page.set_viewport_size({"width": 390, "height": 780})
    phone.page.screenshot(path=screenshots / f"phone-login-{scheme}.png")
    phone.sign_in("ann", PASSWORD)
    phone.expect_connected()
    phone.expect_unread("bob", 1)
    phone.page.screenshot(path=screenshots / f"phone-list-{scheme}.png")
    phone.choose("bob")
    phone.say("Yes, at seven.")
    phone.expect_messages(["Shall we meet at the bridge?", "Yes, at seven."])
    phone.page.screenshot(path=screenshots / f"phone-chat-{scheme}.png")
    wide = phone.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not wide
    phone.page.get_by_role("link", name="Back to the chats").click()
    expect(phone.listed("bob")).to_be_visible()
    phone.expect_clean()
