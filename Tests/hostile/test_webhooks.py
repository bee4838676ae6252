"""Webhooks against services that are slow, broken, dead or lying: told everything in the end, and nobody else waits."""

import contextlib
import json
import subprocess
import time

import pytest

from certificate import make
from chat import Chat, Member
from hook import Hook
from raw import request

ALLOWED = {"outside_allow": "127.0.0.0/8", "rate_limits": "off"}


class Admin:
    """Somebody who may make webhooks, on a server."""

    def __init__(self, server):
        self.server = server
        users = server.data.parent / "users.jsonl"
        users.write_text('{"username":"root","role":"admin"}\n{"username":"joe","role":"moderator"}\n')
        self.run("user", "import", str(users))
        self.token = self.run("token", "root").strip()
        self.moderator = self.run("token", "joe").strip()

    def run(self, *words):
        return subprocess.run(
            [self.server.binary, *words, "--dev", "--data", str(self.server.data)], check=True, text=True,
            stdout=subprocess.PIPE).stdout

    def call(self, method, path, body=None, token=None):
        data = None if body is None else json.dumps(body).encode()
        return request(self.server, method, "/api/v1/admin" + path, data, token or self.token)

    def hook(self, url, *events):
        answer = self.call("POST", "/webhooks", {"url": url, "events": list(events) or ["*"]})
        assert answer.status == 201, answer.body
        return answer.json

    def emit(self, id, type="order.paid", **data):
        answer = self.call("POST", "/events", {"id": id, "type": type, "data": data})
        assert answer.status in (200, 202), answer.body
        return answer.json["duplicate"]

    def deliveries(self, hook):
        return self.call("GET", f"/webhooks/{hook['id']}/deliveries").json["items"]

    def await_deliveries(self, hook, is_enough, seconds=25):
        end = time.monotonic() + seconds
        while not is_enough(found := self.deliveries(hook)):
            assert time.monotonic() < end, found
            time.sleep(0.05)
        return found


@pytest.fixture
def hooks():
    with contextlib.ExitStack() as stack:
        def make_hook(*args, **named):
            hook = Hook(*args, **named)
            stack.callback(hook.close)
            return hook

        yield make_hook


def test_a_webhook_is_told_of_accounts_and_channels_in_order_and_signed(start, hooks):
    server = start(**ALLOWED)
    admin, there = Admin(server), hooks()
    made = admin.hook(there.url, "user.*", "channel.*", "member.*", "message.*", "reaction.*")
    assert made["secret"].startswith("whsec_")
    chat = Chat(server.url)
    with Member(chat, "ann") as ann:
        ann.command("message.send", channel=chat.channel, client_msg_id="0", text="between two")
        room = ann.command("channel.create", name="room", members=[])["channel"]
        for number in range(20):
            ann.command("message.send", channel=room, client_msg_id=str(number), text=f"text {number}")
        ann.command("message.edit", channel=room, message_number=20, text="other")
    heard = there.until(lambda request: request.type == "message.updated")
    for request in heard:
        request.check(made["secret"])
        assert request.headers["content-type"] == "application/json"
        assert request.headers["user-agent"].startswith("confab/")
    assert [request.type for request in heard[:2]] == ["user.registered"] * 2
    assert [request.json["data"]["username"] for request in heard[:2]] == ["ann", "bob"]
    texts = [r.json["data"]["text"] for r in heard if r.type == "message.created"]
    assert texts[:19] == [f"text {number}" for number in range(19)]
    assert all(r.json["channel"] == room for r in heard[2:])
    assert len({request.id for request in heard}) == len(heard)
    assert "between two" not in str([request.body for request in heard])
    listed = admin.call("GET", "/webhooks").json["items"]
    assert [(one["url"], one["active"]) for one in listed] == [(there.url, True)]
    assert "secret" not in listed[0]


@pytest.mark.parametrize("answer", [500, 503, 400, 404, 301, 307, None], ids=str)
def test_an_event_that_was_not_taken_comes_again_under_the_same_id_before_the_next(start, hooks, answer):
    server = start(**ALLOWED)
    admin, there = Admin(server), hooks(lambda number, request: answer if number == 1 else 200)
    made = admin.hook(there.url, "order.*")
    admin.emit("a", n=1)
    admin.emit("b", n=2)
    heard = there.until(lambda request: request.json["data"] == {"n": 2})
    assert [request.json["data"]["n"] for request in heard] == [1, 1, 2]
    assert heard[0].id == heard[1].id != heard[2].id
    assert heard[0].body == heard[1].body
    tries = admin.await_deliveries(made, lambda found: len(found) == 3)
    assert [one["outcome"] for one in tries] == ["delivered", "delivered", "retried"]
    assert tries[2]["status"] == answer
    assert (tries[2]["error"] is None) == (answer is not None)


def endless(connection):
    with contextlib.suppress(OSError):
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"x" * 65_536)


def cut(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort")


def garbage(connection):
    connection.sendall(b"\x00\xff nonsense\r\n\r\n" * 10)


@pytest.mark.parametrize("answer", [endless, cut, garbage], ids=lambda answer: answer.__name__)
def test_an_answer_that_is_none_is_a_failure_and_the_next_try_succeeds(start, hooks, answer):
    server = start(**ALLOWED)
    admin, there = Admin(server), hooks(lambda number, request: answer if number == 1 else 200)
    made = admin.hook(there.url, "order.*")
    admin.emit("a")
    tries = admin.await_deliveries(made, lambda found: len(found) == 2)
    assert [one["outcome"] for one in tries] == ["delivered", "retried"]
    assert tries[1]["status"] is None and tries[1]["error"]


def test_one_that_says_nothing_holds_up_nobody(start, hooks):
    server = start(**ALLOWED)
    admin = Admin(server)
    release = []

    def silent(number, request):
        while not release:
            time.sleep(0.05)
        return 200

    dead, alive = hooks(silent), hooks()
    for _ in range(10):
        admin.hook(dead.url, "order.*")
    admin.hook(alive.url, "order.*")
    begun = time.monotonic()
    for number in range(50):
        admin.emit(str(number), n=number)
    heard = alive.until(lambda request: request.json["data"] == {"n": 49}, seconds=10)
    assert [request.json["data"]["n"] for request in heard] == list(range(50))
    assert time.monotonic() - begun < 10
    chat = Chat(server.url)
    with Member(chat, "ann") as ann:
        ann.command("message.send", channel=chat.channel, client_msg_id="0", text="still here")
    release.append(True)


def test_one_that_is_gone_is_told_nothing_more_until_it_is_made_active(start, hooks):
    server = start(**ALLOWED)
    admin, there = Admin(server), hooks(lambda number, request: 410 if number == 1 else 200)
    made = admin.hook(there.url, "order.*")
    admin.emit("a", n=1)
    admin.await_deliveries(made, lambda found: len(found) == 1)
    assert admin.call("GET", "/webhooks").json["items"][0]["active"] is False
    admin.emit("b", n=2)
    changed = admin.call("PUT", f"/webhooks/{made['id']}", {"active": True})
    assert (changed.status, changed.json["active"]) == (200, True)
    heard = there.until(lambda request: request.json["data"] == {"n": 2})
    assert [request.json["data"]["n"] for request in heard] == [1, 1, 2]


def test_what_was_not_told_when_the_server_was_killed_is_told_after_its_restart(start, hooks):
    server = start(**ALLOWED)
    admin = Admin(server)
    refuse = [True]
    there = hooks(lambda number, request: 503 if refuse else 200)
    admin.hook(there.url, "order.*", "message.created")
    for number in range(5):
        admin.emit(str(number), n=number)
    chat = Chat(server.url)
    with Member(chat, "ann") as ann:
        room = ann.command("channel.create", name="room", members=[])["channel"]
        ann.command("message.send", channel=room, client_msg_id="0", text="before the end")
    there.next()
    server.kill()
    refuse.clear()
    server.start()
    heard = there.until(lambda request: request.type == "message.created")
    told = [request.json["data"].get("n") for request in heard if request.type == "order.paid"]
    assert list(dict.fromkeys(told)) == list(range(5))
    assert heard[-1].json["data"]["text"] == "before the end"


def test_https_is_spoken_with_who_can_be_known_and_nobody_else(start, hooks, folder):
    (folder / "one").mkdir()
    (folder / "two").mkdir()
    known, other = make(folder / "one"), make(folder / "two")
    server = start(**ALLOWED, outside_ca=known[0])
    admin = Admin(server)
    good, bad, plain = hooks(certificate=known), hooks(certificate=other), hooks()
    made = {name: admin.hook(url, "order.*") for name, url in {
        "good": good.url, "unknown": bad.url, "plain": plain.url.replace("http:", "https:"),
        "other name": good.url.replace("127.0.0.1", "127.0.0.2")}.items()}
    admin.emit("a", n=1)
    good.next().check(made["good"]["secret"])
    for name in ("unknown", "plain", "other name"):
        tries = admin.await_deliveries(made[name], lambda found: len(found) >= 1)
        assert (tries[-1]["outcome"], tries[-1]["status"]) == ("retried", None), name
    assert not bad.requests and not plain.requests


@pytest.mark.parametrize("host", [
    "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:169.254.169.254]", "0x7f.1", "2130706433", "0", "localhost",
    "localhost.", "127.1", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "10.0.0.1", "169.254.169.254"])
def test_without_leave_nobody_on_this_machine_or_its_network_is_told(start, hooks, host):
    server = start(rate_limits="off")
    admin, there = Admin(server), hooks()
    made = admin.hook(f"https://{host}:{there.port}/", "order.*")
    admin.emit("a")
    tries = admin.await_deliveries(made, lambda found: len(found) >= 1)
    assert tries[-1]["status"] is None
    assert not there.requests


BAD_URLS = ["file:///etc/passwd", "gopher://example.org/", "example.org/hook", "https://user:word@example.org/",
            "https://exa mple.org/", "https://example.org/\r\nX: y", "https://", "smtp://example.org/"]


def test_what_is_no_webhook_is_refused(start):
    server = start(**ALLOWED)
    admin = Admin(server)
    for url in BAD_URLS:
        answer = admin.call("POST", "/webhooks", {"url": url, "events": ["*"]})
        assert (answer.status, answer.json["code"]) == (422, "validation_failed"), url
        assert answer.json["errors"][0]["pointer"] == "/url"
    for events in ([], ["Message.Created"], ["*.created"], [""], ["a"] * 51, [1]):
        answer = admin.call("POST", "/webhooks", {"url": "https://example.org/", "events": events})
        assert (answer.status, answer.json["code"]) == (422, "validation_failed"), events
    for method, path, body in [
        ("GET", "/webhooks", None), ("POST", "/webhooks", {"url": "https://example.org/", "events": ["*"]}),
        ("DELETE", "/webhooks/1", None), ("GET", "/webhooks/1/deliveries", None), ("PUT", "/webhooks/1", {}),
        ("POST", "/events", {"id": "a", "type": "b"}),
    ]:
        assert admin.call(method, path, body, admin.moderator).status == 403
    for method in ("GET", "PUT", "DELETE"):
        path = "/webhooks/999" + ("/deliveries" if method == "GET" else "")
        assert admin.call(method, path, {} if method == "PUT" else None).status == 404


def test_an_event_of_another_service_is_told_once(start, hooks):
    server = start(**ALLOWED)
    admin, there = Admin(server), hooks()
    admin.hook(there.url, "order.*")
    assert [admin.emit("a", n=1), admin.emit("a", n=2), admin.emit("b", n=3)] == [False, True, False]
    admin.emit("c", type="stock.low", n=4)
    admin.emit("d", n=5)
    heard = there.until(lambda request: request.json["data"] == {"n": 5})
    assert [request.json["data"]["n"] for request in heard] == [1, 3, 5]
    for type in ("", "Order", "a b", "a" * 65):
        assert admin.call("POST", "/events", {"id": "x", "type": type}).status == 422
    assert admin.call("POST", "/events", {"id": "x", "type": "a", "data": {"x": "y" * 70_000}}).status == 422


def test_a_secret_of_a_webhook_is_in_no_log_and_no_other_answer(start, hooks):
    server = start(**ALLOWED, log_level="debug")
    admin, there = Admin(server), hooks(lambda number, request: 500)
    made = admin.hook(there.url, "order.*")
    admin.emit("a", word="canary-in-an-event")
    there.next()
    admin.await_deliveries(made, lambda found: len(found) >= 1)
    shown = server.log + json.dumps(admin.call("GET", "/webhooks").json) + json.dumps(admin.deliveries(made))
    assert made["secret"] not in shown and made["secret"].removeprefix("whsec_") not in shown
    assert "canary-in-an-event" not in shown
