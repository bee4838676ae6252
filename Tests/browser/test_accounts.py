"""Accounts in the chat page, in a real browser against the real server: every way in, and what protects them."""

import base64
import hashlib
import hmac
import re
import struct
import time

from playwright.sync_api import expect

from window import SECONDS

PASSWORD = "correct horse battery 7"
OTHER = "another horse battery 8"
EMAIL = "ann@example.org"


def letter(server, to, pattern, seconds=20):
    """What the newest letter to somebody says; with --dev letters are written into the log."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        lines = [line for line in server.log.splitlines() if "a letter that nobody sends" in line and to in line]
        found = re.findall(pattern, lines[-1]) if lines else []
        if found:
            return found[-1]
        time.sleep(0.1)
    raise AssertionError(f"no letter to {to} says {pattern}\n{server.log}")


def totp(secret, steps=0):
    """RFC 6238, written here once more. A code is good once, so the next one is asked for by `steps`."""
    key = base64.b32decode(secret)
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30 + steps), hashlib.sha1).digest()
    place = digest[-1] & 15
    number = struct.unpack(">I", digest[place : place + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def test_who_forgot_the_password_chooses_another_by_the_link(server, windows, ann, screenshots):
    lost = windows()
    lost.page.get_by_role("button", name="Forgot your password?").click()
    lost.fill("Username or e-mail", "ann")
    lost.press("Send the link")
    expect(lost.page.get_by_text("If there is such an account")).to_be_visible()
    token = letter(server, EMAIL, r"#reset=([\w-]{20,})")
    opened = windows(f"/#reset={token}")
    assert token not in opened.page.evaluate("location.href")
    opened.fill("New password", "short")
    opened.press("Set the password")
    expect(opened.field("New password")).to_have_attribute("aria-invalid", "true")
    opened.fill("New password", OTHER)
    opened.press("Set the password")
    expect(opened.page.get_by_text("Your password is set. Sign in with it.")).to_be_visible()
    expect(ann.page.get_by_role("heading", name="Sign in")).to_be_visible()
    opened.sign_in(EMAIL, OTHER)
    opened.expect_connected()


def test_nobody_learns_from_the_page_whether_there_is_an_account(windows):
    window = windows()
    window.page.get_by_role("button", name="Forgot your password?").click()
    window.fill("Username or e-mail", "nobody@example.org")
    window.press("Send the link")
    expect(window.page.get_by_text("If there is such an account")).to_be_visible()
    window.expect_clean()


def test_an_address_is_confirmed_by_the_link_and_a_press(server, ann, screenshots):
    line = ann.page.locator("#unverified")
    expect(line).to_contain_text(EMAIL)
    ann.page.screenshot(path=screenshots / "unverified.png")
    token = letter(server, EMAIL, r"#verify=([\w-]{20,})")
    ann.page.goto(f"{server.url}/#verify={token}")
    assert token not in ann.page.evaluate("location.href")
    ann.press("Yes, this is my address")
    expect(ann.page.get_by_text("Your e-mail address is confirmed.")).to_be_visible()
    ann.press("Go on")
    ann.expect_connected()
    expect(line).to_be_hidden()
    ann.expect_clean()


def test_a_second_factor_is_set_up_and_asked_for(windows, ann, screenshots):
    dialog = ann.open_account("Second factor")
    dialog.get_by_role("button", name="Set up an app").click()
    expect(dialog.get_by_role("img", name="QR code")).to_be_visible()
    ann.page.screenshot(path=screenshots / "second-factor.png")
    secret = dialog.locator(".secret").inner_text().replace(" ", "")
    dialog.get_by_role("textbox", name="Code").fill("000000")
    dialog.get_by_role("button", name="Turn it on").click()
    expect(dialog.get_by_role("alert").filter(has_text=re.compile("."))).to_be_visible()
    dialog.get_by_role("textbox", name="Code").fill(totp(secret, -1))
    dialog.get_by_role("button", name="Turn it on").click()
    codes = dialog.get_by_role("list", name="Recovery codes").get_by_role("listitem")
    expect(codes).to_have_count(10)
    recovery = codes.first.inner_text()

    other = windows()
    other.sign_in("ann", PASSWORD)
    expect(other.page.get_by_role("heading", name="One more step")).to_be_visible()
    other.fill("Code", totp(secret))
    other.press("Sign in")
    other.expect_connected()
    other.expect_clean()

    third = windows()
    third.sign_in("ann", PASSWORD)
    third.page.get_by_role("button", name="Use a recovery code").click()
    third.fill("Recovery code", recovery)
    third.press("Sign in")
    third.expect_connected()

    dialog = third.open_account("Second factor")
    dialog.get_by_role("textbox", name="Code").fill(totp(secret, 1))
    dialog.get_by_role("button", name="Turn it off").click()
    expect(dialog.get_by_text("The second factor is off.")).to_be_visible()
    last = windows()
    last.sign_in("ann", PASSWORD)
    last.expect_connected()


def test_a_code_to_the_phone_signs_in(server, windows):
    window = windows()
    window.page.get_by_role("button", name="Sign in with a code to your phone").click()
    window.fill("Phone number", "+49 170 1234567")
    window.press("Send the code")
    expect(window.page.get_by_role("heading", name="Your code")).to_be_visible()
    window.fill("Code", letter(server, "+491701234567", r"\b(\d{6}) is your code"))
    window.press("Sign in")
    window.expect_connected()
    window.expect_clean()


def test_another_password_signs_other_devices_out(windows, ann):
    other = windows()
    other.sign_in("ann", PASSWORD)
    other.expect_connected()
    dialog = ann.open_account("Password")
    dialog.get_by_role("textbox", name="Current password").fill("wrong")
    dialog.get_by_role("textbox", name="New password").fill(OTHER)
    dialog.get_by_role("button", name="Set the password").click()
    expect(dialog.get_by_text(re.compile("current password is wrong"))).to_be_visible()
    dialog.get_by_role("textbox", name="Current password").fill(PASSWORD)
    dialog.get_by_role("button", name="Set the password").click()
    expect(dialog.get_by_text("Your password is set.")).to_be_visible()
    expect(other.page.get_by_role("heading", name="Sign in")).to_be_visible(timeout=15 * SECONDS)
    other.sign_in("ann", OTHER)
    other.expect_connected()


def test_people_are_blocked_and_unblocked(windows, ann):
    bob = windows()
    bob.register("bob", PASSWORD, email="bob@example.org")
    bob.expect_connected()
    ann.open_chat_with("bob")
    ann.page.once("dialog", lambda dialog: dialog.accept())
    ann.act_on_room("Block")
    expect(ann.page.get_by_text("bob is blocked.")).to_be_visible()
    dialog = ann.open_account("Blocked people")
    dialog.get_by_role("button", name="Unblock bob").click()
    expect(dialog.get_by_text("bob may write to you again.")).to_be_visible()
    expect(dialog.get_by_text("Nobody.")).to_be_visible()
    ann.expect_clean()
