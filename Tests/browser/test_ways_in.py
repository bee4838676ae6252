"""What a server that is set up otherwise shows to who comes: invitations, providers, closed doors."""

import json
import subprocess
import urllib.request

import pytest
from playwright.sync_api import expect

from server import Server
from window import Window

PASSWORD = "correct horse battery 7"


@pytest.fixture
def visit(browser, tmp_path):
    """Starts a server with settings and opens its page."""
    servers, windows = [], []

    def visit(path="/", **settings):
        if settings or not servers:
            servers.append(Server(tmp_path / f"data{len(servers)}", **settings))
            servers[-1].start()
        windows.append(Window(browser, servers[-1].url, path))
        windows[-1].server = servers[-1]
        return windows[-1]

    yield visit
    for opened in windows:
        opened.close()
    for server in servers:
        server.kill()


def post(url, body, token=None):
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def invitation(server, tmp_path):
    """The link of an invitation that an administrator makes."""
    users = tmp_path / "users.jsonl"
    users.write_text(json.dumps({"username": "boss", "password": PASSWORD, "role": "admin"}) + "\n")
    command = [server.binary, "user", "import", str(users), "--data", str(server.data)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    api = f"{server.url}/api/v1"
    token = post(f"{api}/auth/login", {"login": "boss", "password": PASSWORD})["access_token"]
    return post(f"{api}/invitations", {"uses": 2}, token)["url"]


def test_an_invitation_lets_in_who_opens_it_or_pastes_it(visit, tmp_path):
    asked = visit(registration="invite")
    url = invitation(asked.server, tmp_path)
    path = url.removeprefix(asked.server.url)
    invited = visit(path)
    expect(invited.page.get_by_role("heading", name="Create an account")).to_be_visible()
    assert "register" not in invited.page.evaluate("location.href")
    invited.fill("Username", "ann")
    invited.fill("Password", PASSWORD)
    invited.press("Create an account")
    invited.expect_connected()
    invited.expect_clean()

    asked.press("Create an account")
    asked.fill("Username", "bob")
    asked.fill("Password", PASSWORD)
    asked.press("Create an account")
    expect(asked.field("Invitation")).to_have_accessible_description(
        "Please give your invitation. The link that you were given."
    )
    asked.fill("Invitation", url)
    asked.press("Create an account")
    asked.expect_connected()


def test_where_registration_is_closed_nobody_is_sent_there(visit):
    window = visit(registration="closed")
    expect(window.page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    expect(window.page.get_by_role("button", name="Create an account")).to_have_count(0)
    expect(window.page.get_by_role("link")).to_have_count(0)
    window.expect_clean()


def test_a_provider_is_offered_where_it_is_set_up_and_its_refusal_is_told(visit, screenshots):
    window = visit(google_client_id="our-id", google_client_secret="our-secret")
    google = window.page.get_by_role("link", name="Continue with Google")
    expect(google).to_have_attribute("href", "/api/v1/auth/oauth/google/start")
    expect(window.page.get_by_role("link")).to_have_count(1)
    window.page.screenshot(path=screenshots / "providers.png")
    for path in ("/#oauth_error=invalid_credentials", f"/#oauth={'a' * 43}"):
        refused = visit(path)
        expect(refused.page.locator("#login-notice")).not_to_be_empty()
        expect(refused.page.get_by_role("heading", name="Sign in")).to_be_visible()
        assert "oauth" not in refused.page.evaluate("location.href")
