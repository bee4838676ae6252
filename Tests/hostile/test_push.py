"""Pushing to devices that nobody here wrote the other side of: sent when nobody is there, taken back when it was read, and
not lost by a kill."""

import contextlib
import json
import queue
import sqlite3
import time

import pytest

from certificate import make
from chat import Chat, Member
from hook import Hook
from push_services import Apple, Browser, Google
from raw import request

SETTINGS = {"outside_allow": "127.0.0.0/8", "rate_limits": "off", "notification_delay_milliseconds": 100}
GRACE = 1.0
SECRET = "whsec_c2hhcmVkIGJ5IHR3byBzZXJ2ZXJz"


@pytest.fixture
def played():
    with contextlib.ExitStack() as stack:
        def play(service):
            stack.callback(service.close)
            return service

        yield play


class Person:
    """ann, who writes, or bob, who has the devices."""

    def __init__(self, server, token):
        self.server, self.token = server, token

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        return request(self.server, method, "/api/v1" + path, data, self.token)


def people(server):
    chat = Chat(server.url)
    return chat, Person(server, chat.tokens["ann"]), Person(server, chat.tokens["bob"])


def say(ann, chat, text):
    answer = ann.call("POST", f"/channels/{chat.channel}/messages", {"text": text})
    assert answer.status == 201, answer.body
    return answer.json["message_number"]


def browser_of(bob, played):
    browser = played(Browser(bob.call("GET", "/push/key").json["public_key"]))
    answer = bob.call("PUT", "/devices/laptop", browser.subscription)
    assert answer.status == 201, answer.body
    return browser


def until(holds, seconds=15):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def devices(server):
    """The kinds of all devices that the server knows."""
    with contextlib.closing(sqlite3.connect(f"file:{server.data}/confab.db?mode=ro", uri=True)) as database:
        return [row[0] for row in database.execute("SELECT kind FROM devices ORDER BY kind")]


def nothing(heard, seconds):
    with pytest.raises(queue.Empty):
        heard.get(timeout=seconds)


def test_a_browser_is_pushed_what_it_alone_can_read_and_takes_it_back_when_it_is_read(start, played):
    server = start(**SETTINGS, push_grace_milliseconds=int(GRACE * 1000), push_contact="mailto:ops@example.org")
    chat, ann, bob = people(server)
    browser = browser_of(bob, played)
    begun = time.monotonic()
    say(ann, chat, "hello bob")
    heard = browser.heard.get(timeout=10)
    assert time.monotonic() - begun >= GRACE * 0.9
    message = heard["message"]
    assert heard["claims"]["sub"] == "mailto:ops@example.org"
    assert message["type"] == "new_message" and message["body"].endswith("hello bob") and message["badge"] == 1
    assert message["tag"] == f"channel-{chat.channel}" and message["reference_username"] == "ann"
    assert message["reference_id"] == chat.channel and message["to_user"] != message["from_user"]
    for text in ("and", "more"):
        number = say(ann, chat, text)
    again = browser.heard.get(timeout=10)
    assert again["message"]["count"] == "3" and again["message"]["tag"] == message["tag"]
    assert again["headers"]["topic"] == heard["headers"]["topic"], "the push service keeps one of them"
    nothing(browser.heard, GRACE + 0.5)
    assert bob.call("PUT", f"/channels/{chat.channel}/read", {"message_number": number}).status == 200
    assert browser.heard.get(timeout=10)["message"] == {"type": "read", "tag": message["tag"]}
    say(ann, chat, "hello @bob")
    assert browser.heard.get(timeout=10)["message"]["type"] == "mention"


def test_nothing_is_pushed_to_who_is_there_or_has_gone(start, played):
    server = start(**SETTINGS, push_grace_milliseconds=300)
    chat, ann, bob = people(server)
    browser = browser_of(bob, played)
    with Member(chat, "bob"):
        say(ann, chat, "one")
        nothing(browser.heard, 2)
    say(ann, chat, "two")
    assert browser.heard.get(timeout=10)["message"]["count"] == "2"
    assert bob.call("POST", "/auth/logout", {}).status == 204
    say(ann, chat, "three")
    nothing(browser.heard, 2)


def test_a_service_that_is_busy_is_asked_again_and_one_that_knows_nobody_never(start, played):
    server = start(**SETTINGS, push_grace_milliseconds=0)
    chat, ann, bob = people(server)
    browser = browser_of(bob, played)
    browser.statuses = [(503, {"Retry-After": "1"}), (429, {"Retry-After": "1"})]
    say(ann, chat, "one")
    assert browser.heard.get(timeout=15)["message"]["type"] == "new_message"
    assert browser.tries == 3
    browser.statuses = [(410, {})]
    say(ann, chat, "two")
    until(lambda: devices(server) == [])
    assert browser.tries == 4 and bob.call("DELETE", "/devices/laptop").status == 404


def test_what_was_to_be_pushed_outlives_a_kill(start, played):
    server = start(**SETTINGS, push_grace_milliseconds=2000)
    chat, ann, bob = people(server)
    browser = browser_of(bob, played)
    say(ann, chat, "before the kill")
    bob.call("GET", "/notifications")
    server.kill()
    server.start()
    assert browser.heard.get(timeout=15)["message"]["body"].endswith("before the kill")
    nothing(browser.heard, 1)


def test_google_and_apple_and_a_server_of_ones_own_are_told_too(start, played, folder):
    certificate = make(folder)
    google, apple, hook = played(Google(certificate)), played(Apple(certificate)), played(Hook())
    server = start(
        **SETTINGS, push_grace_milliseconds=0, push_content="sender", outside_ca=certificate[0],
        fcm_service_account=google.account(folder / "account.json"), fcm_url=google.url,
        apns_key=apple.key_file(folder / "apple.p8"), apns_key_id="KEY1", apns_team_id="TEAM1",
        apns_topic="org.example.app", apns_url=apple.url, push_webhook_url=hook.url, push_webhook_secret=SECRET)
    chat, ann, bob = people(server)
    assert bob.call("GET", "/push/key").json["kinds"] == ["apns", "fcm", "web", "webhook"]
    for name, kind, token in [("android", "fcm", "t-1"), ("iphone", "apns", "00ffee"), ("own", "webhook", "w-1")]:
        assert bob.call("PUT", f"/devices/{name}", {"kind": kind, "token": token}).status == 201
    number = say(ann, chat, "a secret word")
    sent = google.heard.get(timeout=10)
    assert sent["token"] == "t-1" and sent["notification"]["body"] == "A new message from ann"
    assert sent["android"]["collapse_key"] == f"channel-{chat.channel}"
    alert = apple.heard.get(timeout=10)
    assert alert["device"] == "00ffee" and alert["headers"]["apns-push-type"] == "alert"
    assert alert["message"]["aps"]["alert"]["body"] == "A new message from ann"
    own = hook.next()
    assert own.json["data"]["token"] == "w-1" and own.json["data"]["message"]["reference_username"] == "ann"
    own.check(SECRET)
    assert "a secret word" not in json.dumps([sent, alert["message"], own.json])
    bob.call("PUT", f"/channels/{chat.channel}/read", {"message_number": number})
    assert google.heard.get(timeout=10)["data"]["type"] == "read"
    back = apple.heard.get(timeout=10)
    assert back["headers"]["apns-push-type"] == "background" and back["message"]["aps"] == {"content-available": 1}
    assert google.tokens == 1
    google.gone.add("t-1")
    apple.gone.add("00ffee")
    say(ann, chat, "again")
    until(lambda: devices(server) == ["webhook"])


def test_no_address_leads_to_what_only_this_machine_can_reach(start, played):
    server = start(rate_limits="off", notification_delay_milliseconds=100, push_grace_milliseconds=0)
    chat, ann, bob = people(server)
    browser = Browser(bob.call("GET", "/push/key").json["public_key"])
    played(browser)
    good = browser.subscription
    for endpoint in ("file:///etc/passwd", "ftp://example.org/", "https://user@example.org/", "x", "https://"):
        assert bob.call("PUT", "/devices/a", good | {"endpoint": endpoint}).status == 422
    for keys in ({}, {"p256dh": "AA", "auth": "AA"}, {"p256dh": good["keys"]["auth"], "auth": good["keys"]["auth"]}):
        assert bob.call("PUT", "/devices/a", good | {"keys": keys}).status == 422
    assert bob.call("PUT", "/devices/a", {"kind": "pigeon", "token": "x"}).status == 422
    assert bob.call("PUT", "/devices/" + "a" * 129, good).status == 422
    # An address of this machine is one that only this machine reaches, and is told apart when it is connected to.
    bob.call("PUT", "/devices/a", good)
    say(ann, chat, "one")
    nothing(browser.heard, 2)
    assert browser.tries == 0
