"""Finding what was said, and going there."""

from playwright.sync_api import expect

from window import SECONDS


def test_what_was_said_is_found_in_chinese_too_and_leads_to_its_place(people):
    ann, bob = people["ann"], people["bob"]
    ann.open_chat_with("bob")
    ann.say("明天去北京出差 <b>ok</b>")
    ann.expect_settled("北京")
    for number in range(40):
        ann.say(f"filler {number}")
    # Who says so much at once waits for it.
    expect(ann.page.locator("#log .message.pending")).to_have_count(0, timeout=45 * SECONDS)
    bob.look_away()
    box = bob.page.get_by_role("searchbox", name="Search messages")
    found = bob.page.get_by_role("region", name="Found")
    row = found.get_by_role("button").filter(has_text="北京")
    box.fill("北京")
    expect(row).to_have_count(1)
    expect(row.locator("mark")).to_have_text("北京")
    expect(row).to_contain_text("<b>ok</b>")
    row.click()
    expect(bob.page.get_by_role("heading", name="ann", exact=True)).to_be_visible()
    expect(bob.message("明天去北京出差")).to_be_in_viewport()
    found.get_by_role("button", name="Back to the chats").click()
    expect(bob.listed("ann")).to_be_visible()
    box.fill("nothing has this")
    expect(found.get_by_text("Nothing was found.")).to_be_visible()
    box.press("Escape")
    expect(bob.listed("ann")).to_be_visible()
    for window in (ann, bob):
        window.expect_clean()
