"""The story that scripts/demo tells: ann speaks through curl, bob through a WebSocket of Python's websockets."""

import json
import os
import pathlib
import select
import signal
import socket
import subprocess
import sys
import time

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

PATIENCE = 15
PASSWORD = "correct horse battery 7"


class Differs(Exception):
    """What was seen is not what was promised."""


def require(seen, promised, what):
    if seen != promised:
        raise Differs(f"{what}: expected {promised!r}, but saw {seen!r}")


def say(who, what):
    print(f"{who:>7}  {what}", flush=True)


class Server:
    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = None

    def start(self):
        started = time.monotonic()
        command = [os.environ["CONFAB"], "serve", "--dev", "--listen", f"127.0.0.1:{self.port}"]
        with open(self.directory / "server.log", "ab") as log:
            self.process = subprocess.Popen(
                [*command, "--data", str(self.directory / "data")],
                stdout=subprocess.PIPE,
                stderr=log,
                env={**os.environ, "CONFAB_SCRYPT_LOG_N": "14"},
            )
        (self.directory / "server.pid").write_text(str(self.process.pid))
        ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
        line = self.process.stdout.readline().decode().strip() if ready else f"nothing in {PATIENCE} s"
        require(line, f"listening on {self.url}", "the server's first line")
        say("server", f"{line}, ready after {(time.monotonic() - started) * 1000:.0f} ms (process {self.process.pid})")

    def kill(self):
        os.kill(self.process.pid, signal.SIGKILL)
        require(self.process.wait(PATIENCE), -signal.SIGKILL, "how the server ended")
        (self.directory / "server.pid").write_text("")


class Curl:
    """A user who has nothing but curl."""

    def __init__(self, server, username):
        self.server = server
        self.token = None
        answer = self.call("POST", "/auth/register", {"username": username, "password": PASSWORD}, expect=(201,))
        self.token = answer["access_token"]
        self.user = answer["user"]

    def call(self, method, path, body=None, expect=(200, 201)):
        command = ["curl", "--silent", "--show-error", "--max-time", str(PATIENCE), "--noproxy", "*"]
        command += ["--request", method, "--write-out", "\n%{http_code}"]
        if self.token:
            command += ["--header", f"Authorization: Bearer {self.token}"]
        if body is not None:
            command += ["--header", "Content-Type: application/json", "--data-binary", json.dumps(body)]
        done = subprocess.run([*command, f"{self.server.url}/api/v1{path}"], capture_output=True, text=True, timeout=30)
        if done.returncode != 0:
            raise Differs(f"curl {method} {path}: {done.stderr.strip()}")
        text, _, status = done.stdout.rpartition("\n")
        if int(status) not in expect:
            raise Differs(f"curl {method} {path}: answered {status}, not {expect}: {text}")
        return json.loads(text) if text else None

    def post(self, channel, text, client_msg_id):
        body = {"text": text, "client_msg_id": client_msg_id}
        return self.call("POST", f"/channels/{channel}/messages", body, expect=(201,))

    def history(self, channel):
        page = self.call("GET", f"/channels/{channel}/messages", expect=(200,))
        return page.get("items", page.get("messages"))


class Socket:
    """A user on a WebSocket, who remembers how far each channel was seen."""

    def __init__(self, server, token):
        self.server = server
        self.token = token
        self.next_id = 0
        self.seen = {}
        self.early = []

    def open(self):
        address = f"ws://127.0.0.1:{self.server.port}/api/v1/ws"
        self.socket = connect(address, subprotocols=["chat.v1"], open_timeout=PATIENCE, proxy=None)
        self.early = []
        require(self.socket.subprotocol, "chat.v1", "the subprotocol")
        require(self.frame()["type"], "hello", "the server's first frame")

    def frame(self):
        frame = json.loads(self.socket.recv(timeout=PATIENCE))
        if frame.get("type") == "ping":
            self.socket.send('{"type":"pong"}')
            return self.frame()
        return frame

    def ask(self, kind, data):
        """Sends a command; answers its reply, and the events that came before it."""
        self.next_id += 1
        self.socket.send(json.dumps({"id": self.next_id, "type": kind, "data": data}))
        before = []
        while (frame := self.frame()).get("id") != self.next_id:
            before.append(self.note(frame))
        require(frame.get("ok"), True, f"the answer to {kind} ({frame.get('error')})")
        return frame, before

    def note(self, event):
        """Durable events are dense: each has the number after the one before."""
        if "seq" in event:
            channel, last = event["channel"], event.get("to_seq", event["seq"])
            if channel in self.seen:
                require(event["seq"], self.seen[channel] + 1, f"the number of the next event in {channel}")
            self.seen[channel] = last
        return event

    def event(self, kind, channel):
        """The next event of this kind in this channel; others (receipts, notifications) are noted and passed by."""
        while True:
            event = self.early.pop(0) if self.early else self.note(self.frame())
            if event.get("type") == kind and event.get("channel") == channel:
                return event

    def send(self, channel, text, client_msg_id):
        data = {"channel": channel, "client_msg_id": client_msg_id, "text": text}
        reply, before = self.ask("message.send", data)
        self.early += before
        return reply["data"]

    def wait_for_end(self):
        try:
            while True:
                self.note(self.frame())
        except ConnectionClosed:
            return


def tell(directory):
    server = Server(directory)
    server.start()

    ann = Curl(server, "ann")
    say("curl", f"registered ann, user {ann.user['id']}")
    account = Curl(server, "bob")
    say("curl", f"registered bob, user {account.user['id']}")

    bob = Socket(server, account.token)
    bob.open()
    ready, _ = bob.ask("identify", {"token": bob.token, "client": {"name": "demo", "version": "1"}})
    ready = ready["data"]
    require(ready["user"]["username"], "bob", "the user in ready")
    bob.seen["@me"] = ready["me_seq"]
    say("python", f"bob's socket is open, session {ready['session_id']}, {len(ready['channels'])} channels")

    channel = ann.call("PUT", f"/direct/{account.user['id']}")["channel"]
    added = bob.event("channel.added", "@me")["data"]
    require(added["channel"], channel, "the channel that bob was told of")
    bob.seen[channel] = added["seq"]
    say("python", f"bob was told that ann opened the chat {channel}")

    said = ["Hello bob, this is curl.", "Hello ann, this is Python.", "Are you still there, bob?", "It is about lunch."]
    said.append("At twelve, then.")

    require(ann.post(channel, said[0], "ann-1")["message_number"], 1, "the number of ann's message")
    event = bob.event("message.created", channel)["data"]
    require((event["message_number"], event["text"]), (1, said[0]), "what bob's socket heard")
    say("python", f"bob hears message 1: {event['text']}")

    first = bob.send(channel, said[1], "bob-1")
    require(first["message_number"], 2, "the number of bob's message")
    event = bob.event("message.created", channel)["data"]
    require((event["message_number"], event["text"]), (2, said[1]), "bob's own message, after its reply")
    heard = [message["text"] for message in ann.history(channel)]
    require(heard, said[:2], "what ann reads")
    say("curl", f"ann reads message 2: {heard[1]}")

    say("server", f"killed with kill -9 (process {server.process.pid})")
    server.kill()
    bob.wait_for_end()
    say("python", f"bob's socket is cut off; the last event seen in the chat is {bob.seen[channel]}")
    server.start()

    for number, text in ((3, said[2]), (4, said[3])):
        require(ann.post(channel, text, f"ann-{number}")["message_number"], number, "the number of ann's message")
        say("curl", f"ann sends message {number} while bob is away: {text}")

    cursors = {"me_seq": bob.seen["@me"], "channels": {channel: bob.seen[channel]}}
    bob.open()
    position = {"session_id": ready["session_id"], "epoch": ready["epoch"], **cursors}
    resumed, replay = bob.ask("resume", {"token": bob.token, **position})
    require(resumed["type"], "resumed", "the answer to resume")
    durable = [event for event in replay if event.get("channel") == channel and "seq" in event]
    missed = [(event["type"], event["data"].get("text")) for event in durable]
    require(missed, [("message.created", said[2]), ("message.created", said[3])], "what resume replays")
    numbers = [event["data"]["message_number"] for event in durable]
    require(numbers, [3, 4], "the numbers of what resume replays")
    state = next(state for state in resumed["data"]["states"] if state["channel"] == channel)
    require((state["seq"], state["unread"]), (bob.seen[channel], 2), "where the channel stands, and what is unread")
    require((resumed["data"]["more"], resumed["data"]["gaps"]), ([], []), "what resume leaves open")
    say("python", f"bob resumes with one frame and gets exactly messages {numbers[0]} and {numbers[1]}; unread: 2")

    again = bob.send(channel, said[1], "bob-1")
    require((again["message_number"], again["duplicate"]), (first["message_number"], True), "the retry of bob-1")
    say("python", "bob retries his first message: it is still number 2, and marked as a duplicate")

    require(bob.send(channel, said[4], "bob-2")["message_number"], 5, "the number after the retry")
    event = bob.event("message.created", channel)["data"]
    require((event["message_number"], event["text"]), (5, said[4]), "the event after the retry")

    history = ann.history(channel)
    require([message["message_number"] for message in history], [1, 2, 3, 4, 5], "the numbers that ann reads")
    require([message["text"] for message in history], said, "the messages that ann reads")
    say("curl", "ann reads messages 1 to 5, each once, in the same order")
    bob.socket.close()
    server.kill()


if __name__ == "__main__":
    try:
        tell(sys.argv[1])
    except (Differs, OSError, TimeoutError, ConnectionClosed, KeyError) as error:
        print(f"demo: {type(error).__name__}: {error}")
        sys.exit(1)
    print("demo: ok")
