"""Many at once who do nothing wrong: a channel in which a thousand listen, and hundreds who have missed much."""

import json
import time

from .innocents import Innocents
from .people import group, people
from .process import resident_bytes
from .row import Row, quantile
from .storm import MEMBERS_MAX, Guest, Guests
from .wire import TEXT, Chat, command


class Listener(Guest):
    """Counts what it hears, without looking at it."""

    heard = 0

    def hear(self, opcode, payload, channel):
        if self.is_ready and opcode == TEXT:
            self.heard += 1
        else:
            super().hear(opcode, payload, channel)


def busy_channel(server, members, per_second, seconds):
    """Everybody else's chat goes on beside a channel that costs most of a loop. The server's rates must be off."""
    row = Row("a busy channel")
    users = people(server, members)
    channel = group(server, users)
    with Innocents(server) as innocents, Chat(server, users[0].token) as talker:
        listeners = Guests(server, users, members, channel, Listener)
        listeners.arrive()
        innocents.peace()
        said = 0
        with innocents.window("abuse"):
            begun = time.monotonic()
            while (now := time.monotonic()) < begun + seconds:
                while said < (now - begun) * per_second:
                    said += 1
                    talker.tcp.sendall(command(
                        f"b{said}", "message.send", channel=channel, client_msg_id=f"b{said}", text="busy " * 20))
                listeners.listen(lambda _: False, 1 / per_second)
        deaf = listeners.listen(lambda guest: guest.heard >= said, 30)
        heard = sum(guest.heard for guest in listeners.all)
        row.say(f"{said / seconds:,.0f} messages/s to {members}; {heard / seconds:,.0f} deliveries/s")
        row.expect(said > per_second * seconds / 2, "so little is not busy")
        row.expect(not deaf, f"{len(deaf)} have not heard everything")
        listeners.leave()
        innocents.judge(row)
    return row


class Absentee(Guest):
    """Comes back after much was said: what is not replayed it reads by pages."""

    last_id = 1

    def answered(self, message, channel):
        data = message["data"] if message["ok"] else {}
        if message.get("type") != "resumed":
            return super().answered(message, channel)
        self.rest_of(channel, bool(data["more"]))

    def hear(self, opcode, payload, channel):
        message = json.loads(payload) if opcode == TEXT else {}
        if self.last_id > 1 and message.get("id") == self.last_id:
            if not message["ok"]:
                # Told to come again later: that is what a client does.
                assert message["error"]["code"] in ("overloaded", "rate_limited"), message
                return self.ask(channel)
            for event in message["data"]["events"]:
                if event["type"] == "message.created":
                    super().hear(TEXT, json.dumps(event).encode(), channel)
            return self.rest_of(channel, message["data"]["has_more"])
        super().hear(opcode, payload, channel)

    def rest_of(self, channel, has_more):
        if has_more:
            self.ask(channel)
        else:
            self.is_ready, self.back_at = True, time.monotonic()

    def ask(self, channel):
        self.last_id += 1
        self.rest += command(self.last_id, "events.get", channel=channel, after_seq=self.seq, limit=1000)
        self.write()


# What was missed is read for all of them at once; live chat goes on meanwhile.
LIVE_FLOOR_SECONDS = 0.5
GROWTH_BYTES_MAX = 512 << 20


def behind(server, count, missed, seconds):
    """Everybody comes back at once, and everybody has missed much. The server's rates must be off."""
    row = Row("a storm of those who missed much")
    users = people(server, min(count, MEMBERS_MAX))
    channel = group(server, users)
    with Innocents(server) as innocents, Chat(server, users[0].token) as talker:
        guests = Guests(server, users, count, channel, Absentee)
        guests.arrive()
        guests.storm()
        for start in range(0, missed, 100):
            for number in range(start, min(start + 100, missed)):
                talker.tcp.sendall(command(
                    f"t{number}", "message.send", channel=channel, client_msg_id=f"t{number}", text="missed"))
            answered = 0
            while answered < min(100, missed - start):
                answered += talker.next().get("ok", False)
        innocents.peace()
        without = resident_bytes(server)
        most = without
        with innocents.window("abuse"):
            begun = time.monotonic()
            guests.come(guests.all)
            while time.monotonic() < begun + seconds:
                late = guests.listen(lambda guest: guest.is_ready, 0.5)
                most = max(most, resident_bytes(server))
                if not late:
                    break
        back = [guest.back_at - begun for guest in guests.all if guest.is_ready]
        row.say(f"{len(back)} of {count} back, each with {missed:,} messages, half after {quantile(back, 0.5):.1f} s, "
                f"all after {max(back):.1f} s; {(most - without) >> 20} MiB grown")
        row.expect(len(back) == count, f"{count - len(back)} were not back after {seconds} s")
        row.expect(all(guest.seq == missed + 1 for guest in guests.all), "somebody has not heard everything")
        row.expect(most - without < GROWTH_BYTES_MAX, "memory grew too much")
        faults = [fault for guest in guests.all for fault in guest.faults]
        row.expect(not faults, f"{len(faults)} faults, first {faults[:1]}")
        guests.leave()
        innocents.judge(row, floor=LIVE_FLOOR_SECONDS)
    return row
