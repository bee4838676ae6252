"""Thousands of sockets at once, and when and how each of them ended."""

import select
import time

from .wire import connect

# A connection has an address and a port at either end; one source address has 28,000 ports.
PER_SOURCE = 5_000


def source(number):
    return f"127.0.0.{2 + number // PER_SOURCE}"


class Stranger:
    def __init__(self, tcp):
        self.tcp = tcp
        self.begun = time.monotonic()
        self.ended_after = None
        self.received = b""


class Crowd:
    def __init__(self, server, count):
        self.epoll = select.epoll()
        self.by_descriptor = {}
        for number in range(count):
            tcp = connect(server, source(number))
            tcp.setblocking(False)
            self.by_descriptor[tcp.fileno()] = Stranger(tcp)
            self.epoll.register(tcp.fileno(), select.EPOLLIN)
        self.strangers = list(self.by_descriptor.values())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for stranger in self.strangers:
            stranger.tcp.close()
        self.epoll.close()

    def say(self, piece):
        """Everyone who is still there says the same."""
        for stranger in list(self.by_descriptor.values()):
            try:
                stranger.tcp.send(piece)
            except BlockingIOError:
                pass
            except OSError:
                self._ended(stranger)

    def listen(self, until):
        """Hears what comes until then, or until everybody is gone."""
        while self.by_descriptor and (left := until - time.monotonic()) > 0:
            for descriptor, _ in self.epoll.poll(min(left, 0.25)):
                stranger = self.by_descriptor[descriptor]
                try:
                    piece = stranger.tcp.recv(1 << 16)
                except BlockingIOError:
                    continue
                except OSError:
                    piece = b""
                stranger.received = (stranger.received + piece)[:4096]
                if not piece:
                    self._ended(stranger)

    def _ended(self, stranger):
        self.epoll.unregister(stranger.tcp.fileno())
        del self.by_descriptor[stranger.tcp.fileno()]
        stranger.ended_after = time.monotonic() - stranger.begun

    def judge_ends(self, row, seconds, slack=2):
        """Everybody was closed at the time that is theirs: no later, and not before."""
        row.expect(not self.by_descriptor, f"{len(self.by_descriptor)} of {len(self.strangers)} were never closed")
        ends = [stranger.ended_after for stranger in self.strangers if stranger.ended_after is not None]
        if ends:
            row.say(f"{len(ends)} closed after {min(ends):.1f} to {max(ends):.1f} s")
            row.expect(seconds - 0.5 <= min(ends), f"one was closed after {min(ends):.1f} s already")
            row.expect(max(ends) <= seconds + slack, f"one was closed only after {max(ends):.1f} s")
