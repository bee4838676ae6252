"""One socket that sends as fast as it can, in a process of its own."""

import collections
import json
import multiprocessing
import select
import time

from .process import stand_back
from .wire import TEXT, Chat

BATCH_BYTES = 64 << 10


def _flood(server, token, how, seconds, make, results):
    """`make(number)` is the frame of that number; `None` for `how["hears"]` reads nothing of what comes."""
    stand_back()
    hears = how.pop("hears", True)
    codes, number, rest, sent, last = collections.Counter(), 0, b"", 0, None
    with Chat(server, token, **how) as chat:
        chat.tcp.setblocking(False)
        poll = select.poll()
        poll.register(chat.tcp, select.POLLOUT | (select.POLLIN if hears else 0))
        until = time.monotonic() + seconds
        try:
            while time.monotonic() < until:
                events = poll.poll(50)
                if any(event & select.POLLIN for _, event in events):
                    piece = chat.tcp.recv(1 << 18)
                    if not piece:
                        codes["closed"] += 1
                        break
                    for opcode, payload in chat.frames.take(piece):
                        codes[_code(opcode, payload)] += 1
                if any(event & select.POLLOUT for _, event in events):
                    while len(rest) < BATCH_BYTES:
                        number += 1
                        rest += make(number)
                    count = chat.tcp.send(rest)
                    sent, rest, last = sent + count, rest[count:], time.monotonic()
        except ConnectionError:
            codes["cut"] += 1
        blocked = time.monotonic() - last if last else seconds
    results.send((dict(codes), sent, number, blocked))


def _code(opcode, payload):
    if opcode != TEXT:
        return f"opcode {opcode}"
    # Most answers are short, and there are very many of them.
    if len(payload) > 4096:
        return "ok"
    message = json.loads(payload)
    if "ok" not in message:
        return message["type"]
    return "ok" if message["ok"] else message["error"]["code"]


class Flood:
    """What came back by kind, and how many bytes were taken."""

    def __init__(self, server, token, seconds, make, **how):
        context = multiprocessing.get_context("fork")
        self.results, child = context.Pipe(duplex=False)
        self.process = context.Process(
            target=_flood, args=(server, token, how, seconds, make, child), daemon=True)
        self.process.start()
        child.close()

    def end(self):
        self.codes, self.sent, self.made, self.blocked = self.results.recv()
        self.process.join()
        return self
