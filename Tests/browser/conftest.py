"""Fixtures: the server as a process, and Chromium as its users' browser."""

import json
import os
import pathlib
import urllib.request

import pytest
from playwright.sync_api import sync_playwright

from server import Server
from window import Window

PASSWORD = "correct horse battery 7"
EMAIL = "ann@example.org"


@pytest.fixture
def server(tmp_path):
    # Nobody waits here for as long as people do.
    soon = {"presence_leave_milliseconds": 1000, "presence_change_milliseconds": 100}
    server = Server(tmp_path / "data", **soon)
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="session")
def browser():
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        yield browser
        browser.close()


@pytest.fixture
def register(server):
    """Makes accounts over REST."""

    def make(username):
        body = json.dumps({"username": username, "password": PASSWORD}).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{server.url}/api/v1/auth/register", body, headers)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    return make


@pytest.fixture
def windows(browser, server):
    """Opens windows, which are closed behind the test."""
    opened = []

    def open_window(path="/", **options):
        opened.append(Window(browser, server.url, path, **options))
        return opened[-1]

    yield open_window
    for window in opened:
        window.close()


@pytest.fixture
def ann(windows):
    """Somebody with an e-mail address, signed in."""
    window = windows()
    window.register("ann", PASSWORD, email=EMAIL)
    window.expect_connected()
    return window


@pytest.fixture
def people(browser, server):
    """Three who are signed in, each in a window of their own."""
    people = {}
    for name in ("ann", "bob", "cleo"):
        people[name] = Window(browser, server.url)
        people[name].register(name, PASSWORD)
    for window in people.values():
        window.expect_connected()
    yield people
    for window in people.values():
        window.close()


@pytest.fixture
def screenshots(tmp_path):
    directory = pathlib.Path(os.environ.get("CONFAB_SCREENSHOTS") or tmp_path / "screenshots")
    directory.mkdir(parents=True, exist_ok=True)
    return directory
