"""Groups: who is in them, who may do what, and what is told to whom."""

import pytest
from playwright.sync_api import expect


@pytest.fixture
def group(people):
    """A group of ann, who owns it, and bob; cleo is not in it."""
    people["ann"].create_group("Sunday walk", "bob")
    people["bob"].choose("Sunday walk")
    yield people
    for window in people.values():
        window.expect_clean()


def test_a_member_is_added_made_an_admin_and_removed(group, screenshots):
    ann, bob, cleo = (group[name] for name in ("ann", "bob", "cleo"))
    panel = ann.open_panel("Members")
    panel.get_by_label("Username to add").fill("cleo")
    panel.get_by_role("button", name="Add").click()
    expect(panel.locator(".member strong")).to_have_text(["ann", "bob", "cleo"])
    expect(bob.page.locator("#room-detail")).to_have_text("3 members")
    cleo.choose("Sunday walk")
    ann.page.screenshot(path=screenshots / "members.png")

    expect(bob.page.get_by_role("button", name="Members")).to_be_visible()
    panel.get_by_label("Role of bob").select_option("admin")
    seen = bob.open_panel("Members")
    expect(seen.get_by_label("Username to add")).to_be_visible()
    expect(seen.get_by_label("Role of cleo")).to_be_visible()
    expect(seen.get_by_label("Role of ann")).to_have_count(0)

    bob.page.on("dialog", lambda dialog: dialog.accept())
    seen.get_by_role("button", name="Remove cleo").click()
    expect(seen.locator(".member strong")).to_have_text(["ann", "bob"])
    expect(cleo.listed("Sunday walk")).to_have_count(0)
    expect(cleo.page.get_by_text("Choose a chat, or start a new one.")).to_be_visible()


def test_a_reader_reads_and_cannot_write(group):
    ann, bob = group["ann"], group["bob"]
    panel = ann.open_panel("Members")
    panel.get_by_label("Role of bob").select_option("reader")
    expect(bob.page.get_by_text("You may read here, but not write.")).to_be_visible()
    expect(bob.page.get_by_role("textbox", name="Message")).to_be_hidden()
    ann.say("Only I speak")
    bob.expect_messages(["Only I speak"])


def test_a_group_is_renamed_for_everybody(group):
    ann, bob = group["ann"], group["bob"]
    ann.act_on_room("Rename")
    dialog = ann.dialog("Rename")
    expect(dialog.get_by_label("Name")).to_have_value("Sunday walk")
    dialog.get_by_label("Name").fill("Monday walk")
    dialog.get_by_label("Topic").fill("Round the lake")
    dialog.get_by_role("button", name="Save").click()
    for window in (ann, bob):
        expect(window.page.get_by_role("heading", name="Monday walk")).to_be_visible()
        expect(window.page.locator("#room-detail")).to_have_text("2 members · Round the lake")


def test_who_leaves_is_gone_from_the_list(group):
    ann, bob = group["ann"], group["bob"]
    bob.page.on("dialog", lambda dialog: dialog.accept())
    bob.act_on_room("Leave")
    expect(bob.listed("Sunday walk")).to_have_count(0)
    expect(ann.page.locator("#room-detail")).to_have_text("1 member")


def test_a_public_channel_is_found_and_joined(people):
    ann, bob = people["ann"], people["bob"]
    ann.page.get_by_role("button", name="New group").click()
    dialog = ann.dialog("New group")
    dialog.get_by_label("Name of the group").fill("Town square")
    dialog.get_by_label("Public").check()
    dialog.get_by_role("button", name="Create group").click()
    expect(ann.page.get_by_role("heading", name="Town square")).to_be_visible()
    ann.say("All are welcome")

    bob.page.get_by_role("button", name="Public channels").click()
    bob.dialog("Public channels").get_by_role("button", name="Join Town square").click()
    expect(bob.page.get_by_role("heading", name="Town square")).to_be_visible()
    bob.expect_messages(["All are welcome"])
    bob.say("Thank you")
    ann.expect_messages(["All are welcome", "Thank you"])
    for window in (ann, bob):
        window.expect_clean()


def test_pins_are_kept_by_those_who_run_the_group(group):
    ann, bob = group["ann"], group["bob"]
    ann.say("Meet at nine")
    ann.say("Bring water")
    ann.act_on("Meet at nine", "Pin")
    for window in (ann, bob):
        expect(window.message("Meet at nine").locator(".pin")).to_be_visible()
    panel = bob.open_panel("Pinned")
    expect(panel.locator(".pinned")).to_have_count(1)
    expect(panel.locator(".pinned")).to_contain_text("Meet at nine")
    bob.message("Meet at nine").hover()
    bob.message("Meet at nine").get_by_role("button", name="Actions for").click()
    expect(bob.page.get_by_role("menuitem", name="Unpin")).to_have_count(0)
    bob.page.keyboard.press("Escape")
    ann.act_on("Meet at nine", "Unpin")
    expect(panel.get_by_text("Nothing is pinned here.")).to_be_visible()


def test_a_message_is_read_when_all_have_read_it(group):
    ann, bob, cleo = (group[name] for name in ("ann", "bob", "cleo"))
    panel = ann.open_panel("Members")
    panel.get_by_label("Username to add").fill("cleo")
    panel.get_by_role("button", name="Add").click()
    expect(cleo.listed("Sunday walk")).to_be_visible()
    ann.say("Who has read this?")
    bob.expect_messages(["Who has read this?"])
    expect(ann.message("Who has read this?").get_by_role("img", name="Sent")).to_be_visible()
    cleo.choose("Sunday walk")
    ann.expect_read("Who has read this?")
    ann.act_on("Who has read this?", "Read by")
    expect(ann.dialog("Read by").locator("li")).to_have_text(["bob", "cleo"])


def test_a_mention_is_marked_in_the_list_and_in_the_message(group):
    ann, bob = group["ann"], group["bob"]
    bob.look_away()
    ann.say("Dear all")
    ann.say("@bob, will you come?")
    bob.expect_unread("Sunday walk", 2)
    expect(bob.listed("Sunday walk").locator(".badge.at")).to_be_visible()
    bob.choose("Sunday walk")
    expect(bob.page.locator("#log .message.mentioned .mention")).to_have_text("@bob")
    expect(bob.listed("Sunday walk").locator(".badge")).to_have_count(0)


def test_a_muted_chat_does_not_call(group):
    ann, bob = group["ann"], group["bob"]
    bob.act_on_room("Mute")
    expect(bob.page.locator("#room-detail")).to_contain_text("Muted")
    bob.look_away()
    ann.say("Is anybody there?")
    bob.expect_unread("Sunday walk", 1)
    expect(bob.page).to_have_title("Confab")
    bob.choose("Sunday walk")
    bob.act_on_room("Unmute")
    expect(bob.page.locator("#room-detail")).to_have_text("2 members")


def test_a_group_fits_a_phone(group, screenshots):
    ann, bob = group["ann"], group["bob"]
    for text in ("Who comes on Sunday, the long way round the lake and back by the mill?", "I do", "@ann, so do I"):
        (ann if text == "I do" else bob).say(text)
        ann.expect_settled(text)
    ann.act_on("Who comes on Sunday", "Pin")
    bob.react_to("I do", "👍")
    bob.act_on("I do", "Reply")
    bob.say("Good!")
    ann.expect_settled("Good!")
    page = ann.page
    page.set_viewport_size({"width": 390, "height": 780})
    page.screenshot(path=screenshots / "phone-group.png")
    for item, title in (("Members", "Members"), ("Pinned messages", "Pinned messages")):
        ann.act_on_room(item)
        panel = page.get_by_role("complementary", name=title)
        expect(panel).to_be_visible()
        page.screenshot(path=screenshots / f"phone-{title.split()[0].lower()}.png")
        panel.get_by_role("button", name="Close").click()
        expect(panel).to_be_hidden()
    page.get_by_role("button", name="1 reply").click()
    expect(page.get_by_role("complementary", name="Thread")).to_be_visible()
    page.screenshot(path=screenshots / "phone-thread.png")
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
