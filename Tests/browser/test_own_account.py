"""One's own account in the chat page, in a real browser against the real server."""

import datetime
import json
import pathlib
import re

import pytest
from playwright.sync_api import expect

from window import SECONDS

PASSWORD = "correct horse battery 7"


def test_a_profile_is_changed_and_refusals_stand_at_their_fields(ann):
    dialog = ann.open_account("Profile")
    tomorrow = datetime.date.today() + datetime.timedelta(days=1)
    born = dialog.get_by_label("Date of birth")
    born.fill(tomorrow.isoformat())
    dialog.get_by_role("button", name="Save").click()
    expect(born).to_have_attribute("aria-invalid", "true")
    expect(born).to_have_accessible_description(re.compile("."))
    born.fill("2001-02-28")
    dialog.get_by_role("textbox", name="Name", exact=True).fill("Ann Example")
    dialog.get_by_label("About you").fill("Walks on Sundays.")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_text("Saved.")).to_be_visible()
    expect(ann.page.locator("#me-name")).to_have_text("Ann Example")
    expect(dialog.get_by_label("About you")).to_have_value("Walks on Sundays.")
    ann.page.reload()
    ann.expect_connected()
    expect(ann.page.locator("#me-name")).to_have_text("Ann Example")


def test_another_address_takes_the_password(ann):
    dialog = ann.open_account("E-mail and phone")
    form = dialog.locator("form", has=ann.page.get_by_role("button", name="Save the address"))
    form.get_by_role("textbox", name="E-mail").fill("ann@example.net")
    form.get_by_role("textbox", name="Your password").fill("wrong")
    form.get_by_role("button", name="Save the address").click()
    expect(form.get_by_text(re.compile("current password"))).to_be_visible()
    form.get_by_role("textbox", name="Your password").fill(PASSWORD)
    form.get_by_role("button", name="Save the address").click()
    expect(dialog.get_by_text("ann@example.net – not confirmed yet")).to_be_visible()


def test_a_lost_device_is_signed_out_from_another(windows, ann, screenshots):
    other = windows()
    other.sign_in("ann", PASSWORD)
    other.expect_connected()
    dialog = ann.open_account("Devices")
    devices = dialog.get_by_role("list", name="Devices").get_by_role("listitem")
    expect(devices).to_have_count(2)
    expect(devices.filter(has_text="this device")).to_have_count(1)
    ann.page.screenshot(path=screenshots / "devices.png")
    devices.get_by_role("button", name=re.compile("^Sign out")).click()
    expect(devices).to_have_count(1)
    expect(other.page.get_by_role("heading", name="Sign in")).to_be_visible(timeout=15 * SECONDS)
    other.sign_in("ann", PASSWORD)
    # The word for the state stands there from before.
    expect(other.page.get_by_role("heading", name="Sign in")).to_be_hidden(timeout=15 * SECONDS)
    other.expect_connected()
    dialog.get_by_role("button", name="Sign out everywhere").click()
    for window in (ann, other):
        expect(window.page.get_by_role("heading", name="Sign in")).to_be_visible(timeout=15 * SECONDS)


def test_one_s_data_comes_as_a_file(ann):
    dialog = ann.open_account("Your data")
    with ann.page.expect_download() as saving:
        dialog.get_by_role("button", name="Download my data").click()
    export = json.loads(pathlib.Path(saving.value.path()).read_text())
    assert export["user"]["username"] == "ann"
    assert {"user", "sessions", "blocked", "channels", "messages", "contacts"} <= set(export)


def test_an_account_is_deleted_once_its_name_is_typed(ann):
    dialog = ann.open_account("Your data")
    dialog.get_by_role("textbox", name="Type ann").fill("an")
    dialog.get_by_role("textbox", name="Your password").fill(PASSWORD)
    dialog.get_by_role("button", name="Delete my account").click()
    expect(dialog.get_by_text("That is not ann.")).to_be_visible()
    dialog.get_by_role("textbox", name="Type ann").fill("ann")
    dialog.get_by_role("button", name="Delete my account").click()
    expect(ann.page.get_by_text("Your account is deleted.")).to_be_visible()
    ann.sign_in("ann", PASSWORD)
    expect(ann.page.get_by_text("wrong login or password")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_account_fits_a_phone_and_the_keyboard(windows, ann, screenshots, scheme):
    phone = windows(color_scheme=scheme)
    phone.page.set_viewport_size({"width": 390, "height": 780})
    phone.sign_in("ann", PASSWORD)
    phone.expect_connected()
    phone.page.locator("#my-account").focus()
    phone.page.keyboard.press("Enter")
    dialog = phone.dialog("Your account")
    for name in ("Profile", "E-mail and phone", "Password", "Second factor", "Devices", "Blocked people", "Contacts",
                 "Your data"):
        dialog.get_by_role("button", name=name, exact=True).focus()
        phone.page.keyboard.press("Enter")
        expect(dialog.get_by_role("heading", name=name, exact=True).first).to_be_visible()
        expect(dialog.get_by_text("Loading…")).to_be_hidden()
        phone.page.screenshot(path=screenshots / f"account-{name.split()[0].lower()}-{scheme}.png")
        body = dialog.locator("#account-section")
        assert not body.evaluate("node => node.scrollWidth > node.clientWidth"), name
    phone.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    phone.expect_clean()
