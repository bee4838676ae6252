"""Sends sound sessions with small faults in them to a running server, over WebSocket and HTTP, and watches that it
stays sane: alive, without an error of its own, of bounded size, and of undisturbed service to everyone else.

    COUNT=1000000 SEED=1 python Tests/hostile/mutate.py

What a session says follows from the seed and the session's number, but for its token. ONLY=NUMBER runs one again;
CONFAB names another binary, such as one built with a sanitizer."""

import collections
import json
import os
import pathlib
import random
import re
import select
import sys
import tempfile
import time

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / name) for name in ("harness", "conformance", "hostile")]

from chat import DEFLATE, Chat, Member
from memory import resident_bytes
from peer import CLOSE, PING, PONG, TEXT, Peer, frame
from raw import connect, expect_health
from server import Server
from sessions import Speaker

QUIET_SECONDS = 0.05
SESSIONS_BETWEEN_LOOKS = 100
FRAMES_BEFORE_MEASURING = 5_000
GROWTH_BYTES_MAX = 64 << 20
END = b"the end"
STATUS = re.compile(rb"HTTP/1\.1 (\d\d\d) ")
# A request may be for what the server does not do; all others from 500 on are its own failures.
HARMLESS_STATUSES = {501, 505}
CLOSES_OF_FAILURE = {1011, 4103}


class Insane(Exception):
    """The server did what it never may."""


def demand(condition, words):
    if not condition:
        raise Insane(words)


class Mutator:
    def __init__(self, server, seed):
        self.server, self.seed = server, seed
        self.chat = Chat(server.url)
        for name in ("eve", "mallory"):
            self.chat.tokens[name] = self.chat.register(name)
        with Member(self.chat, None) as eve:
            epoch = eve.command("identify", token=self.chat.tokens["eve"])["epoch"]
            self.speaker = Speaker(
                self.chat.tokens["eve"], eve.command("channel.open", username="mallory")["channel"], epoch)
        self.ann, self.bob = Member(self.chat, "ann"), Member(self.chat, "bob")
        self.tally = collections.Counter()
        self.count = self.session = self.said = 0
        self.size = None

    def run(self, count, only=None, tell=lambda _: None):
        """Sends at least so many frames and requests."""
        begun = told = time.monotonic()
        try:
            if only is not None:
                self.session = only
                self.run_session()
            while only is None and self.count < count:
                self.session += 1
                self.run_session()
                if self.session % SESSIONS_BETWEEN_LOOKS == 0:
                    self.look()
                if time.monotonic() - told > 10:
                    told = time.monotonic()
                    tell(f"{self.count} in {self.session} sessions, {resident_bytes(self.server) >> 20} MiB")
            self.look()
            for channel in (self.speaker.channel, self.chat.channel):
                self.expect_dense(channel)
        except Exception as problem:
            place = f"session {self.session} of seed {self.seed} (alone: SEED={self.seed} ONLY={self.session})"
            raise Insane(f"{place}: {problem!r}\n{self.server.log[-2000:]}") from problem
        tell(f"{self.count} in {self.session} sessions and {time.monotonic() - begun:.0f} s, "
             f"{resident_bytes(self.server) >> 20} MiB: {dict(self.tally.most_common())}")

    # The faulty ones.

    def run_session(self):
        source = random.Random(f"{self.seed}:{self.session}")
        if source.random() < 0.7:
            self.speak(source)
        else:
            self.ask(source)

    def speak(self, source):
        """A session over WebSocket; a ping that is sound ends it, unless it has ended before or swallows the ping."""
        with Peer(f"{self.chat.url}/api/v1/ws", source.choice([None, DEFLATE])) as peer:
            frames = self.speaker.frames(source, peer.deflate)
            self.count += len(frames)
            try:
                peer.write(b"".join(frames) + frame(PING, END), source.choice([None, None, None, 100, 1000]))
            except ConnectionError:
                pass  # The server has heard enough.
            received = peer.buffer + hear(peer.socket, pong(END))
            for first, payload in server_frames(received):
                self.check(first, payload, peer.deflate)

    def check(self, first, payload, deflate):
        opcode = first & 15
        demand(first & 0xB0 == 0x80 and opcode in (TEXT, CLOSE, PING, PONG), f"a frame begins with {first}")
        if opcode == CLOSE:
            code = int.from_bytes(payload[:2], "big")
            self.tally[f"closed with {code}"] += 1
            demand(code not in CLOSES_OF_FAILURE, f"closed with {code}")
        elif opcode == TEXT:
            is_compressed = first & 0x40
            demand(not is_compressed or deflate, "compressed without an agreement")
            message = json.loads(deflate.decompress(payload) if is_compressed else payload)
            what = "ok" if message.get("ok") else message.get("error", {}).get("code", "event")
            self.tally[what] += 1
            demand(what != "internal", f"{message}")

    def ask(self, source):
        """Requests over HTTP."""
        requests = self.speaker.requests(source)
        self.count += len(requests)
        with connect(self.server) as line:
            try:
                line.sendall(b"".join([*requests, LAST_REQUEST]))
            except ConnectionError:
                pass  # The server has heard enough.
            received = hear(line, LAST_ANSWER)
        for status in map(int, STATUS.findall(received)):
            self.tally[status] += 1
            demand(status < 500 or status in HARMLESS_STATUSES, f"answered {status}: {received[-2000:]}")
        demand(b'"internal"' not in received, f"answered {received[-2000:]}")

    # The others.

    def look(self):
        """Someone else chats as if nothing were."""
        expect_health(self.server)
        self.said += 1
        words = f"number {self.said}"
        sent = self.ann.command("message.send", channel=self.chat.channel, client_msg_id=words, text=words)
        demand(sent["message_number"] == self.said, f"message {self.said} became {sent}")
        while (event := self.bob.read()).get("type") != "message.created":
            pass
        data = event["data"]
        demand((data["message_number"], data["text"]) == (self.said, words), f"instead of {words} came {event}")
        self.bob.command("ping")
        size = resident_bytes(self.server)
        if self.count >= FRAMES_BEFORE_MEASURING:
            self.size = self.size or size
            demand(size - self.size < GROWTH_BYTES_MAX, f"grew from {self.size >> 20} to {size >> 20} MiB")

    def expect_dense(self, channel):
        """The channel's numbers have neither a gap nor a repeat."""
        user = "ann" if channel == self.chat.channel else "mallory"
        seq = number = 0
        with Member(self.chat, user) as reader:
            while True:
                page = reader.command("events.get", channel=channel, after_seq=seq, limit=1000)
                for event in page["events"]:
                    seq += 1
                    demand(event["seq"] == seq, f"event {event['seq']} of {channel} stands at {seq}")
                    if event["type"] == "message.created":
                        number += 1
                        demand(event["data"]["message_number"] == number, f"message {event} stands at {number}")
                if not page["has_more"]:
                    break
        demand(number >= 1, f"{channel} is empty")


LAST_REQUEST = b"GET /health HTTP/1.1\r\nHost: h\r\nX-Request-Id: the-end\r\nConnection: close\r\n\r\n"
LAST_ANSWER = b"X-Request-Id: the-end\r\n"


def pong(payload):
    return bytes([0x80 | PONG, len(payload)]) + payload


def hear(line, end):
    """What comes until the connection ends, `end` has come, or nothing comes any more."""
    received = b""
    while end not in received and select.select([line], [], [], QUIET_SECONDS)[0]:
        try:
            piece = line.recv(1 << 18)
        except ConnectionError:
            break
        if not piece:
            break
        received += piece
    return received


def server_frames(data):
    """The first byte and the payload of each whole frame of a server."""
    while len(data) >= 2:
        length, head = data[1], 2
        if length >= 126:
            head = 4 if length == 126 else 10
            length = int.from_bytes(data[2:head], "big")
        if len(data) < head + length:
            return
        yield data[0], data[head : head + length]
        data = data[head + length :]


def main():
    count, seed = int(os.environ.get("COUNT", 1_000_000)), os.environ.get("SEED") or str(random.randrange(10**6))
    only = int(os.environ["ONLY"]) if "ONLY" in os.environ else None
    with tempfile.TemporaryDirectory(prefix="confab-mutate-") as directory:
        server = Server(pathlib.Path(directory) / "data", rate_limits="off", scrypt_log_n=10)
        server.start()
        try:
            Mutator(server, seed).run(count, only, tell=lambda words: print(words, flush=True))
        except Insane as problem:
            sys.exit(f"mutate: {problem}")
        finally:
            server.kill()


if __name__ == "__main__":
    main()
