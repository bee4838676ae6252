"""Everybody is cut off at once, and comes back at once."""

import collections
import json
import select
import socket
import struct
import time

from .crowd import source
from .innocents import Innocents
from .people import group, people
from .row import Row, quantile
from .wire import HELLO, TEXT, Chat, Frames, address, command

# Several sockets are one user's: a channel has 1,000 members at most.
MEMBERS_MAX = 900
# Sockets that connect together before the storm.
BATCH = 500
# During a storm nobody's chat is as quick as else, but it goes on.
FLOOR_SECONDS = 1
# At least so long the innocent are watched.
WINDOW_SECONDS = 2
RESET = struct.pack("ii", 1, 0)


class Guest:
    """One client instance: what it has heard, over all its connections."""

    def __init__(self, number, person):
        self.number, self.person = number, person
        self.tcp = self.session = self.back_at = None
        self.seq = 0
        self.faults = []

    def connect(self, server):
        self.frames, self.is_ready, self.rest = Frames(), False, HELLO + self._first()
        self.tcp = socket.socket()
        self.tcp.setblocking(False)
        self.tcp.bind((source(self.number), 0))
        self.tcp.connect_ex(address(server))

    def _first(self):
        if not self.session:
            return command(1, "identify", token=self.person.token)
        return command(1, "resume", token=self.person.token, channels={self.channel: self.seq}, **self.session)

    def cut(self):
        # Without a goodbye, as when a network goes.
        self.tcp.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self.tcp.close()

    def write(self):
        if self.rest:
            try:
                self.rest = self.rest[self.tcp.send(self.rest):]
            except BlockingIOError:
                pass

    def read(self, channel):
        while True:
            try:
                piece = self.tcp.recv(1 << 16)
            except BlockingIOError:
                return
            if not piece:
                raise ConnectionError("closed by the server")
            for opcode, payload in self.frames.take(piece):
                self.hear(opcode, payload, channel)

    def hear(self, opcode, payload, channel):
        if opcode != TEXT:
            self.faults.append(f"opcode {opcode} came: {payload}")
            return
        message = json.loads(payload)
        if message.get("type") == "message.created" and message["channel"] == channel:
            if message["seq"] != self.seq + 1:
                self.faults.append(f"{message['seq']} came after {self.seq}")
            self.seq = message["seq"]
        elif message.get("id") == 1:
            self.answered(message, channel)

    def answered(self, message, channel):
        if not message["ok"]:
            self.faults.append(f"refused: {message}")
            return
        data = message["data"]
        if message["type"] == "ready":
            self.session = {key: data[key] for key in ("session_id", "epoch", "me_seq")}
            self.channel = channel
            self.seq = next(c["seq"] for c in data["channels"] if c["channel"] == channel)
        elif data["more"] or data["gaps"]:
            self.faults.append(f"not everything was replayed: {data}")
        self.is_ready, self.back_at = True, time.monotonic()


class Guests:
    def __init__(self, server, users, count, channel, kind=Guest):
        self.server, self.channel = server, channel
        self.all = [kind(number, users[number % len(users)]) for number in range(count)]
        self.ends = collections.Counter()

    def come(self, guests):
        for guest in guests:
            guest.connect(self.server)
            self.by_descriptor[guest.tcp.fileno()] = guest
            self.epoll.register(guest.tcp.fileno(), select.EPOLLIN | select.EPOLLOUT | select.EPOLLET)

    def listen(self, condition, seconds):
        """Until it holds of all of them, or for so long; returns those of whom it does not hold."""
        until = time.monotonic() + seconds
        while (late := [guest for guest in self.all if not condition(guest)]) and time.monotonic() < until:
            turn = min(until, time.monotonic() + 0.25)
            while (left := turn - time.monotonic()) > 0:
                for descriptor, event in self.epoll.poll(min(left, 0.05), 4096):
                    self._serve(self.by_descriptor[descriptor], event)
        return late

    def _serve(self, guest, event):
        try:
            guest.write()
            if event & (select.EPOLLIN | select.EPOLLHUP | select.EPOLLERR):
                guest.read(self.channel)
        except OSError as error:
            # As any client would: again, and at once.
            self.ends[str(error)] += 1
            self.epoll.unregister(guest.tcp.fileno())
            guest.tcp.close()
            self.come([guest])

    def arrive(self):
        self.epoll, self.by_descriptor = select.epoll(), {}
        for start in range(0, len(self.all), BATCH):
            batch = self.all[start : start + BATCH]
            self.come(batch)
            late = self.listen(lambda guest: guest.tcp is None or guest.is_ready, 60)
            assert not late, f"{len(late)} did not even come"

    def storm(self):
        for guest in self.all:
            guest.cut()
        self.epoll.close()
        self.epoll, self.by_descriptor = select.epoll(), {}

    def leave(self):
        for guest in self.all:
            guest.tcp.close()
        self.epoll.close()


def reconnects(server, count, seconds):
    row = Row("a reconnect storm")
    users = people(server, min(count, MEMBERS_MAX))
    channel = group(server, users)
    with Innocents(server) as innocents, Chat(server, users[0].token) as talker:
        said = 0

        def say(count):
            nonlocal said
            for _ in range(count):
                said += 1
                seq = talker.ask("message.send", channel=channel, client_msg_id=f"s{said}", text="news")["seq"]
            return seq

        guests = Guests(server, users, count, channel)
        guests.arrive()
        innocents.peace()
        last = say(3)
        late = guests.listen(lambda guest: guest.seq == last, 30)
        row.expect(not late, f"{len(late)} did not hear what was said before the storm")
        with innocents.window("abuse"):
            guests.storm()
            say(10)
            begun = time.monotonic()
            guests.come(guests.all)
            came = time.monotonic() - begun
            say(5)
            late = guests.listen(lambda guest: guest.is_ready, seconds)
            back = [guest.back_at - begun for guest in guests.all if guest.is_ready]
            last = say(2)
            deaf = guests.listen(lambda guest: guest.seq == last, 30)
            guests.listen(lambda _: time.monotonic() > begun + WINDOW_SECONDS, WINDOW_SECONDS)
        row.say(f"{len(back)} of {count} back, half after {quantile(back, 0.5):.1f} s, all after {max(back):.1f} s")
        row.say(f"all asked within {came:.1f} s; {sum(guests.ends.values())} tried again {dict(guests.ends) or ''}")
        row.expect(not late, f"{len(late)} were not back after {seconds} s")
        row.expect(not deaf, f"{len(deaf)} have not heard everything that was said")
        faults = [fault for guest in guests.all for fault in guest.faults]
        row.expect(not faults, f"{len(faults)} faults, first {faults[:1]}")
        guests.leave()
        innocents.judge(row, floor=FLOOR_SECONDS)
    return row
