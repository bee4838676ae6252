"""Who sends as much as a connection carries: pings, and each of the commands."""

import time

from .flooder import SHOWN_OUT, Flood
from .innocents import Innocents
from .people import direct, group, people
from .process import descriptor_count, processor_seconds, resident_bytes, wait_until
from .row import Row
from .wire import PING, TEXT, Chat, command, frame

# The bound of a queue, with the room by which an array is larger than what is in it, and what is read at once.
QUEUE_BYTES_MAX = 4 << 20


def deaf_pings(server, count, seconds):
    """Pings for which nobody takes the pongs: they may not pile up, and in the end the socket goes."""
    row = Row("pings of the deaf")
    users = people(server, count)
    with Innocents(server) as innocents:
        innocents.peace()
        before, without = descriptor_count(server), resident_bytes(server)
        piece = frame(PING, b"p" * 125)
        with innocents.window("abuse"):
            begun = time.monotonic()
            floods = [
                Flood(server, user.token, seconds + 6, lambda _: piece, hears=False, receive_buffer=4096)
                for user in users]
            most = 0
            while time.monotonic() < begun + seconds * 0.8:
                most = max(most, resident_bytes(server))
                time.sleep(0.1)
            row.expect(descriptor_count(server) - before >= count, "they were closed before their time")
            gone, _ = wait_until(lambda: descriptor_count(server) <= before, seconds * 0.2 + 3)
            after = time.monotonic() - begun
            floods = [flood.end() for flood in floods]
        each = (most - without) / count
        row.say(f"{floods[0].sent / (1 << 20):.1f} MiB of pings taken from one of {count}")
        row.say(f"{each / (1 << 20):.2f} MiB of memory each at most; closed within {after:.1f} s")
        row.expect(floods[0].sent > 1 << 20, "so few pings are no flood")
        row.expect(each < QUEUE_BYTES_MAX, "the pongs piled up")
        row.expect(gone, "they were never closed")
        innocents.judge(row)
    return row


def pings(server, seconds):
    """As many pings as one socket can send that takes its pongs."""
    row = Row("pings")
    (ann,) = people(server, 1)
    with Innocents(server) as innocents:
        innocents.peace()
        piece = frame(PING, b"") * 1000
        with innocents.window("abuse"):
            flood = Flood(server, ann.token, seconds, lambda _: piece).end()
        row.say(f"{flood.codes.get('opcode 10', 0) / seconds:,.0f} pongs/s")
        row.expect(flood.codes.get("opcode 10", 0) > 1000 * seconds, "so few pings are no flood")
        row.expect(not flood.codes.get("closed"), "it was closed")
        innocents.judge(row)
    return row


class Target:
    """A user who floods, with channels to do it in."""

    def __init__(self, server):
        self.user, self.other, *rest = people(server, 101)
        self.direct = direct(server, self.user, self.other)
        self.group = group(server, [self.user, self.other, *rest])
        with Chat(server, self.other.token) as chat:
            self.other_id = chat.ready["user"]["id"]
        with Chat(server, self.user.token) as chat:
            for number in range(20):
                chat.ask("message.send", channel=self.group, client_msg_id=f"x{number}", text="long " * 3000)


def _commands(target):
    """Each command of the protocol at its most expensive, and what is none."""
    group = target.group
    return {
        "message.send": lambda n: command(n, "message.send", channel=group, client_msg_id=f"f{n}", text="x" * 500),
        "message.send, a retry": lambda n: command(
            n, "message.send", channel=group, client_msg_id="x1", text="long " * 3000),
        "read.update": lambda n: command(n, "read.update", channel=group, message_number=n % 20 + 1),
        "history.get": lambda n: command(n, "history.get", channel=group, limit=200),
        "events.get": lambda n: command(n, "events.get", channel=group, after_seq=0, limit=1000),
        "channel.open": lambda n: command(n, "channel.open", user=target.other_id),
        "channel.create": lambda n: command(n, "channel.create", name=f"c{n}", members=[target.other_id]),
        "ping": lambda n: command(n, "ping"),
        "identify": lambda n: command(n, "identify", token=target.user.token),
        "resume": lambda n: command(
            n, "resume", token=target.user.token, session_id="s", epoch="e", me_seq=0, channels={}),
        "an unknown command": lambda n: command(n, "no.such.thing"),
        "no JSON of ours": lambda n: frame(TEXT, b'{"id":1,"id":2}'),
    }


# What the rates let through at once, the members of a new channel being two, and the time in which as many come again.
RATED = {"message.send": 30, "channel.create": 2000}
WINDOW_SECONDS = {"message.send": 10, "channel.create": 60}


def commands(server, seconds, only=None):
    """A row for each command: one socket at full speed, the rates on."""
    target = Target(server)
    rows = []
    with Innocents(server) as innocents:
        innocents.peace()
        for name, make in _commands(target).items():
            if only and name not in only:
                continue
            row = Row(f"flood of {name}")
            rows.append((name, row))
            without, used = resident_bytes(server), processor_seconds(server)
            with innocents.window(name):
                flood = Flood(server, target.user.token, seconds, make).end()
            used = (processor_seconds(server) - used) / seconds
            grown = resident_bytes(server) - without
            _judge(row, name, flood, seconds)
            row.say(f"{used * 100:.0f} % of a core; {grown / (1 << 20):.0f} MiB grown")
            row.expect(grown < 64 << 20, "memory grew by more than 64 MiB")
        for name, row in rows:
            innocents.judge(row, name)
    return [row for _, row in rows]


def _judge(row, name, flood, seconds):
    counts = sorted(flood.codes.items(), key=lambda item: -item[1])
    row.say(", ".join(f"{count:,} {code}" for code, count in counts) + f" in {seconds} s")
    row.expect(sum(flood.codes.values()) > 20 * seconds, "so few answers are no flood")
    row.expect(not flood.codes.get("closed") and not flood.codes.get("cut"), "it was closed without a word")
    others = [code for code in flood.codes if code.startswith("close ") and code != SHOWN_OUT]
    row.expect(not others, "it was closed for another reason")
    if name in RATED:
        row.expect(flood.codes.get("rate_limited", 0) > 0, "the rate did not hold")
        # The bucket, and what comes into it meanwhile.
        most = RATED[name] * (1 + (seconds + 1) / WINDOW_SECONDS[name])
        row.expect(flood.codes.get("ok", 0) <= most, "the rate let too many through")
