"""Who sends or takes a request a byte at a time."""

import json
import time

from .crowd import Crowd
from .innocents import Innocents
from .people import direct, group, people
from .process import descriptor_count, resident_bytes, wait_until
from .row import Row
from .wire import CLOSE, Chat, command, connect


def _trickle(crowd, pieces, every, seconds):
    """Everyone says a piece at a time; returns when all are gone, or well after they should be."""
    until = time.monotonic() + seconds
    for piece in pieces:
        if not crowd.by_descriptor or time.monotonic() > until:
            return
        crowd.say(piece)
        crowd.listen(min(until, time.monotonic() + every))
    crowd.listen(until)


def _judge_refusals(row, crowd):
    refused = sum(stranger.received.startswith(b"HTTP/1.1 408 ") for stranger in crowd.strangers)
    row.say(f"{refused} answered 408")
    row.expect(refused == len(crowd.strangers), f"only {refused} of {len(crowd.strangers)} were answered 408")


def headers(server, count, every, seconds):
    """A byte every few seconds never makes a request."""
    row = Row("slow headers")
    with Innocents(server) as innocents:
        innocents.peace()
        with innocents.window("abuse"), Crowd(server, count) as crowd:
            head = b"GET /health HTTP/1.1\r\nHost: localhost\r\n"
            _trickle(crowd, [head[at : at + 1] for at in range(len(head))], every, seconds + 10)
        crowd.judge_ends(row, seconds)
        _judge_refusals(row, crowd)
        innocents.judge(row)
    return row


def bodies(server, count, every, seconds):
    row = Row("slow bodies")
    head = b"POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" \
        b"Content-Length: 100000\r\n\r\n"
    with Innocents(server) as innocents:
        innocents.peace()
        with innocents.window("abuse"), Crowd(server, count) as crowd:
            crowd.say(head)
            _trickle(crowd, [b" "] * 1000, every, seconds + 10)
        crowd.judge_ends(row, seconds)
        _judge_refusals(row, crowd)
        innocents.judge(row)
    return row


ANSWER_BYTES = 1 << 20


def slow_readers(server, count, seconds):
    """Asks for a megabyte again and again, and takes none of it. The server's rates must be off: there is much to be
    said first."""
    row = Row("slow reads")
    ann, bob = people(server, 2)
    channel = direct(server, ann, bob)
    with Chat(server, ann.token) as chat:
        for number in range(ANSWER_BYTES >> 14):
            chat.ask("message.send", channel=channel, client_msg_id=f"t{number}", text="x" * (16 << 10))
    request = f"GET /api/v1/channels/{channel}/messages?limit=200 HTTP/1.1\r\nHost: localhost\r\n" \
        f"Authorization: Bearer {ann.token}\r\n\r\n".encode()
    with Innocents(server) as innocents:
        innocents.peace()
        before, without = descriptor_count(server), resident_bytes(server)
        most = 0
        with innocents.window("abuse"):
            begun = time.monotonic()
            readers = [connect(server, receive_buffer=4096) for _ in range(count)]
            for reader in readers:
                reader.sendall(request * 10)
            while time.monotonic() < begun + seconds * 0.8:
                most = max(most, resident_bytes(server))
                time.sleep(0.1)
            row.expect(descriptor_count(server) - before >= count, "the readers were closed before their time")
            gone, _ = wait_until(lambda: descriptor_count(server) <= before, seconds * 0.2 + 8)
            after = time.monotonic() - begun
        for reader in readers:
            reader.close()
        row.say(f"{count} readers closed within {after:.1f} s")
        row.expect(gone, f"{descriptor_count(server) - before} readers were not closed after {after:.1f} s")
        each = (most - without) / count
        row.say(f"{each / (1 << 20):.2f} MiB of memory each at most")
        # A whole answer may join a queue that is nearly full, and is held twice while it does. Of ten that were asked
        # for, more than that must not wait.
        row.expect(each > ANSWER_BYTES / 4, "nothing was waiting, so that nothing was tested")
        row.expect(each < 4 * ANSWER_BYTES, "more than the bound waits for each")
        innocents.judge(row)
    return row


TEXT_BYTES = 16 << 10


class Reader:
    """A socket that takes little, and what it has heard of a channel."""

    def __init__(self, server, person, channel):
        self.person, self.channel, self.seqs, self.end = person, channel, [], None
        self.sipped_at = time.monotonic()
        self.chat = Chat(server, person.token, receive_buffer=4096)
        self.seq = next(c["seq"] for c in self.chat.ready["channels"] if c["channel"] == channel)

    def hear(self, message):
        if message.get("type") == "message.created":
            self.seqs.append(message["seq"])

    def sip(self, every):
        """Takes one message, if so many seconds have gone since the last."""
        if time.monotonic() >= self.sipped_at + every:
            self.sipped_at = time.monotonic()
            self.hear(self.chat.next())

    def hear_the_rest(self):
        """Takes what the kernel still holds, up to the end of the connection."""
        try:
            while True:
                opcode, payload = self.chat.frame()
                if opcode == CLOSE:
                    self.end = int.from_bytes(payload[:2], "big")
                else:
                    self.hear(json.loads(payload))
        except (EOFError, ConnectionError):
            return

    def resume(self, server):
        """On a new socket: what is missing is replayed, and read by pages where it is too much."""
        ready = self.chat.ready
        self.chat.tcp.close()
        with Chat(server) as chat:
            chat.tcp.sendall(command(1, "resume", token=self.person.token, session_id=ready["session_id"],
                                     epoch=ready["epoch"], me_seq=ready["me_seq"],
                                     channels={self.channel: self.seqs[-1] if self.seqs else self.seq}))
            while (message := chat.next()).get("id") != 1:
                self.hear(message)
            assert message["ok"], message
            chat.last_id = 1
            while any(more["channel"] == self.channel for more in message["data"]["more"]):
                page = chat.ask("events.get", channel=self.channel, after_seq=self.seqs[-1], limit=1000)
                for event in page["events"]:
                    self.hear(event)
                if not page["has_more"]:
                    break


def stopped_readers(server, count, seconds, messages=1000, sips=5):
    """Some of a busy channel's members stop reading; another takes a little, so many times in the seconds after which
    the others are closed: that a byte is taken shows only when the kernel has room for more. The server's rates must
    be off."""
    row = Row("stopped readers")
    ann, bob, slow = people(server, 3)
    channel = group(server, [ann, bob, slow])
    with Innocents(server) as innocents, Chat(server, ann.token) as talker:
        innocents.peace()
        sipping = Reader(server, slow, channel)
        before = descriptor_count(server)
        readers = [Reader(server, bob, channel) for _ in range(count)]
        with innocents.window("abuse"):
            begun = time.monotonic()
            _talk(talker, channel, 0)
            without = resident_bytes(server)
            for start in range(BATCH, messages, BATCH):
                _talk(talker, channel, start)
                sipping.sip(seconds / sips)
            talked, each = time.monotonic(), (resident_bytes(server) - without) / count
            while time.monotonic() < begun + seconds * 0.8:
                time.sleep(0.05)
                sipping.sip(seconds / sips)
            row.expect(descriptor_count(server) - before == count, "a reader was closed before its time")
            while descriptor_count(server) > before and time.monotonic() < talked + seconds + 3:
                time.sleep(0.05)
                sipping.sip(seconds / sips)
            left = descriptor_count(server) - before
        row.say(f"{count - left} of {count} closed within {time.monotonic() - talked:.1f} s")
        row.expect(left == 0, f"{left} were not closed")
        row.say(f"{each / (1 << 20):.2f} MiB of memory each, of {messages * TEXT_BYTES >> 20} MiB said")
        row.expect(each < 2 << 20, "what they did not take piled up")
        for reader in readers:
            reader.hear_the_rest()
        row.say(f"they heard {sorted({reader.end for reader in readers}, key=str)} at the end")
        everything = list(range(2, messages + 2))
        for reader in readers[:3]:
            heard = len(reader.seqs)
            row.expect(heard < messages / 2, "it did read")
            reader.resume(server)
            row.expect(reader.seqs == everything, f"resume after {heard} is not exact")
        while not sipping.seqs or sipping.seqs[-1] < messages + 1:
            sipping.hear(sipping.chat.next())
        row.expect(sipping.seqs == everything, "who took a little now and then missed something")
        innocents.judge(row)
    return row


BATCH = 50


def _talk(talker, channel, start):
    """So many long texts at once, and their answers."""
    for number in range(start, start + BATCH):
        talker.tcp.sendall(command(
            f"t{number}", "message.send", channel=channel, client_msg_id=f"t{number}", text="x" * TEXT_BYTES))
    answered = 0
    while answered < BATCH:
        answered += talker.next().get("ok", False)
