"""Compression in the chat itself: who agreed to it gets long messages compressed, everyone gets the same words."""

import contextlib
import json
import tempfile
import urllib.request

from cases import OFFERS, Case, documents
from peer import BINARY, RSV1, TEXT, Peer, expect, frame
from server import Server

DEFLATE = OFFERS[0]


class Chat:
    """A server, and two users who have a channel."""

    def __init__(self, url):
        self.url = url
        self.tokens = {name: self.register(name) for name in ("ann", "bob")}
        with Member(self, "ann") as ann:
            self.channel = ann.command("channel.open", username="bob")["channel"]

    def register(self, name):
        body = json.dumps({"username": name, "password": "correct horse battery 7"}).encode()
        request = urllib.request.Request(
            self.url + "/api/v1/auth/register", body, {"Content-Type": "application/json"})
        return json.load(urllib.request.urlopen(request, timeout=60))["access_token"]


class Member(Peer):
    """A user's socket that has identified, or not (`name` is `None`)."""

    def __init__(self, chat, name, extensions=None):
        super().__init__(chat.url + "/api/v1/ws", extensions)
        self.first, self.payload = None, None
        self.last_id = 0
        expect(self.read()["type"] == "hello", "no hello")
        if name:
            self.command("identify", token=chat.tokens[name])

    def read(self):
        """The next message, whose frame stays in `first` and `payload`."""
        self.first, opcode, self.payload = self.receive()
        expect(opcode == TEXT, "opcode %d came" % opcode)
        is_compressed = bool(self.first & 0x40)
        expect(not is_compressed or self.deflate, "compressed without an agreement")
        return json.loads(self.deflate.decompress(self.payload) if is_compressed else self.payload)

    def command(self, kind, **data):
        self.last_id += 1
        words = json.dumps({"id": self.last_id, "type": kind, "data": data}).encode()
        if self.deflate:
            self.send(TEXT, self.deflate.compress(words), rsv=RSV1)
        else:
            self.send(TEXT, words)
        while True:
            message = self.read()
            if message.get("id") == self.last_id:
                expect(message["ok"], "refused: %s" % message)
                return message.get("data")

    def event(self, client_msg_id):
        while True:
            message = self.read()
            if message.get("type") == "message.created" and message["data"]["client_msg_id"] == client_msg_id:
                return message["data"]["text"]


def long_event(chat):
    offers = {"plain": None, "one": DEFLATE, "other": DEFLATE, "context": OFFERS[3],
              "narrow": "permessage-deflate; server_max_window_bits=9"}
    text = documents(8000).decode()
    with contextlib.ExitStack() as open:
        bobs = {name: open.enter_context(Member(chat, "bob", offer)) for name, offer in offers.items()}
        with Member(chat, "ann", DEFLATE) as ann:
            ann.command("message.send", channel=chat.channel, client_msg_id="long", text=text)
        for name, bob in bobs.items():
            expect(bob.event("long") == text, "another text came to " + name)
        for name in ("one", "other", "context"):
            expect(bobs[name].first == 0xC1, "not compressed for " + name)
            expect(len(bobs[name].payload) < 4000, "compressed badly")
        expect(bobs["one"].payload == bobs["other"].payload == bobs["context"].payload, "compressed more than once")
        # The whole message lies in no window of 512 bytes, so it is not compressed for that one.
        expect(bobs["plain"].first == bobs["narrow"].first == 0x81, "compressed without an agreement")
        expect(bobs["plain"].payload == bobs["narrow"].payload, "encoded more than once")


def short_event(chat):
    with Member(chat, "ann", DEFLATE) as ann, Member(chat, "bob", DEFLATE) as bob:
        ann.command("message.send", channel=chat.channel, client_msg_id="short", text="hi")
        expect(bob.event("short") == "hi", "another text came")
        expect(bob.first == 0x81, "a short event was compressed")


def pages(chat):
    with Member(chat, "ann", DEFLATE) as ann, Member(chat, "ann") as plain:
        for number in range(20):
            ann.command("message.send", channel=chat.channel, client_msg_id="page-%d" % number, text="words " * 20)
        for kind, data in (("history.get", {"limit": 200}), ("events.get", {"after_seq": 0, "limit": 1000})):
            page = ann.command(kind, channel=chat.channel, **data)
            expect(ann.first == 0xC1, kind + " was not compressed")
            expect(page == plain.command(kind, channel=chat.channel, **data), kind + " says something else")


def resumes(chat):
    with Member(chat, "ann", DEFLATE) as ann:
        text = documents(5000).decode()
        ann.command("message.send", channel=chat.channel, client_msg_id="before", text=text)
        ready = []
        with Member(chat, None, DEFLATE) as bob:
            bob.send(TEXT, json.dumps({"id": "i", "type": "identify", "data": {"token": chat.tokens["bob"]}}).encode())
            while not ready:
                message = bob.read()
                ready += [message["data"]] if message.get("id") == "i" else []
        (ready,) = ready
        ann.command("message.send", channel=chat.channel, client_msg_id="missed", text=text)
        with Member(chat, None, DEFLATE) as bob:
            channels = {channel["channel"]: channel["seq"] for channel in ready["channels"]}
            words = {"token": chat.tokens["bob"], "session_id": ready["session_id"], "epoch": ready["epoch"],
                     "me_seq": ready["me_seq"], "channels": channels}
            message = json.dumps({"id": "r", "type": "resume", "data": words}).encode()
            bob.send(TEXT, bob.deflate.compress(message), rsv=RSV1)
            expect(bob.event("missed") == text, "another text was replayed")
            expect(bob.first == 0xC1, "the replay was not compressed")


def refused(data, *codes):
    def run(chat):
        with Member(chat, None, DEFLATE) as bob:
            bob.write(data(bob))
            bob.expect_close(*codes)

    return run


def all_cases(full):
    bomb = lambda bob: frame(TEXT, bob.deflate.compress(b" " * (64 << 20)), rsv=RSV1)
    return [
        Case("a long event comes to each as agreed, and is compressed once", long_event),
        Case("a short event is left as it is", short_event),
        Case("pages are compressed and say the same", pages),
        Case("a resume is compressed, what it replays too", resumes),
        Case("a bomb is stopped", refused(bomb, 1009)),
        Case("corrupt data", refused(lambda bob: frame(TEXT, b"\xff\xff\xff", rsv=RSV1), 1007)),
        Case("compressed text that is no UTF-8",
             refused(lambda bob: frame(TEXT, bob.deflate.compress(b"\xff" * 9), rsv=RSV1), 1007)),
        Case("a compressed binary message",
             refused(lambda bob: frame(BINARY, bob.deflate.compress(b"hello"), rsv=RSV1), 1003)),
        Case("a compressed ping", refused(lambda bob: frame(9, b"", rsv=RSV1), 1002)),
    ]


@contextlib.contextmanager
def prepared(_):
    with tempfile.TemporaryDirectory() as directory:
        server = Server(directory + "/data", rate_limits="off")
        server.start()
        try:
            yield Chat(server.url)
        finally:
            server.kill()
