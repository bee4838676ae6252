"""The bell, and what the browser shows while nobody looks."""

import json

from playwright.sync_api import expect

from window import SECONDS


def bell(window, unread=0):
    name = f"Notifications, {unread} unread" if unread else "Notifications"
    return window.page.get_by_role("button", name=name, exact=True)


def test_the_bell_counts_and_leads_there_and_who_reads_the_chat_has_read_it(people, screenshots):
    ann, bob = people["ann"], people["bob"]
    expect(bell(bob)).to_be_visible()
    ann.create_group("Lunch", "bob")
    ann.say("@bob, are you coming?")
    ann.expect_settled("are you coming?")
    expect(bell(bob, 2)).to_be_visible(timeout=10 * SECONDS)
    bell(bob, 2).click()
    dialog = bob.dialog("Notifications")
    row = dialog.get_by_role("button").filter(has_text="ann mentioned you: @bob, are you coming?")
    expect(row).to_be_visible()
    expect(dialog.get_by_role("button").filter(has_text="ann added you to Lunch")).to_be_visible()
    bob.page.screenshot(path=screenshots / "bell.png")
    row.click()
    expect(dialog).to_be_hidden()
    expect(bob.page.get_by_role("heading", name="Lunch", exact=True)).to_be_visible()
    expect(bell(bob)).to_be_visible(timeout=10 * SECONDS)
    bob.look_away()
    ann.say("well?")
    expect(bell(bob, 1)).to_be_visible(timeout=10 * SECONDS)
    bell(bob, 1).click()
    dialog.get_by_role("button", name="Mark all as read").click()
    dialog.get_by_role("button", name="Close").click()
    expect(bell(bob)).to_be_visible()
    for window in (ann, bob):
        window.expect_clean()


def test_what_is_pushed_is_shown_and_taken_back_by_the_worker(ann):
    ann.context.grant_permissions(["notifications"], origin=ann.url)
    ann.page.evaluate(
        "navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker.ready).then(() => 0)")
    browser = ann.context.new_cdp_session(ann.page)
    known = []
    browser.on("ServiceWorker.workerRegistrationUpdated", lambda told: known.extend(told["registrations"]))
    browser.send("ServiceWorker.enable")
    expect(ann.page.locator("#state")).to_have_text("Connected")
    registration = next(one["registrationId"] for one in known if one["scopeURL"].startswith(ann.url))

    def push(message):
        browser.send("ServiceWorker.deliverPushMessage", {
            "origin": ann.url, "registrationId": registration, "data": json.dumps(message)})

    def shown(count):
        ann.page.wait_for_function(
            "async (count) => (await (await navigator.serviceWorker.ready).getNotifications()).length === count", arg=count)
        return ann.page.evaluate(
            "navigator.serviceWorker.ready.then((one) => one.getNotifications())"
            ".then((all) => all.map(({ title, body, tag, data }) => [title, body, tag, data.place]))")

    push({"type": "mention", "tag": "channel-205", "title": "Room", "body": "ann: hello",
          "reference_type": "message", "reference_id": "205/7"})
    assert shown(1) == [["Room", "ann: hello", "channel-205", "/#/c/205"]]
    push({"type": "read", "tag": "channel-205"})
    assert shown(0) == []
    ann.expect_clean()
