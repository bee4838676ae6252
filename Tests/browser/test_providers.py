"""To a provider and back in a real browser: the provider is played on loopback, and its page is where somebody goes on."""

import re

import pytest
from playwright.sync_api import expect
from provider import Provider
from server import Server
from test_accounts import totp

GOOGLE = "Continue with Google"


@pytest.fixture
def provider():
    provider = Provider()
    yield provider
    provider.close()


@pytest.fixture
def server(tmp_path, provider):
    server = Server(tmp_path / "data", **provider.settings)
    server.start()
    yield server
    server.kill()


def visit(windows, provider, answer="Go on as Ann"):
    """Goes to the provider, and comes back with what one has answered there."""
    window = windows()
    window.page.get_by_role("link", name=GOOGLE).click()
    expect(window.page).to_have_url(re.compile(re.escape(provider.url) + "/authorize"))
    window.page.get_by_role("link", name=answer).click()
    return window


def expect_home(window, server, provider):
    """Back on the page, with nothing of the way left in its address, and asked of nobody else."""
    address = window.page.evaluate("location.href")
    assert address.startswith(server.url) and "oauth" not in address and "code=" not in address
    assert {url.split("?")[0] for url in window.foreign} == {f"{provider.url}/authorize"}
    assert window.errors == []
    assert provider.refusals == []


def test_who_goes_on_at_the_provider_comes_back_signed_in(windows, server, provider, screenshots):
    window = visit(windows, provider)
    window.expect_connected()
    expect(window.page.locator("#me-name")).to_have_text("Ann")
    expect_home(window, server, provider)
    window.page.screenshot(path=screenshots / "by-provider.png")
    window.page.reload()
    window.expect_connected()
    expect(window.page.locator("#me-name")).to_have_text("Ann")

    other = visit(windows, provider)
    other.expect_connected()
    dialog = other.open_account("Devices")
    expect(dialog.get_by_role("list", name="Devices").get_by_role("listitem")).to_have_count(2)


def test_a_second_factor_is_asked_for_on_the_way_back(windows, server, provider):
    window = visit(windows, provider)
    window.expect_connected()
    dialog = window.open_account("Second factor")
    dialog.get_by_role("button", name="Set up an app").click()
    secret = dialog.locator(".secret").inner_text().replace(" ", "")
    dialog.get_by_role("textbox", name="Code").fill(totp(secret, -1))
    dialog.get_by_role("button", name="Turn it on").click()
    expect(dialog.get_by_role("list", name="Recovery codes").get_by_role("listitem")).to_have_count(10)

    other = visit(windows, provider)
    expect(other.page.get_by_role("heading", name="One more step")).to_be_visible()
    other.fill("Code", totp(secret))
    other.press("Sign in")
    other.expect_connected()
    expect_home(other, server, provider)


def test_who_does_not_go_on_is_told_so_and_is_nobody(windows, server, provider):
    window = visit(windows, provider, "Not now")
    expect(window.page.locator("#login-notice")).not_to_be_empty()
    expect(window.page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect_home(window, server, provider)


def test_a_way_back_that_was_taken_is_taken_by_nobody_else(windows, server, provider):
    window = windows()
    back = []
    window.page.on("request", lambda request: back.append(request.url) if "/callback?" in request.url else None)
    window.page.get_by_role("link", name=GOOGLE).click()
    window.page.get_by_role("link", name="Go on as Ann").click()
    window.expect_connected()
    thief = windows(back[0].removeprefix(server.url))
    expect(thief.page.locator("#login-notice")).not_to_be_empty()
    expect(thief.page.get_by_role("heading", name="Sign in")).to_be_visible()
    window.page.goto(back[0])
    expect(window.page.locator("#login-notice")).not_to_be_empty()
    window.page.reload()
    window.expect_connected()
    assert provider.refusals == [], "it is not even asked"
