"""One socket that sends as fast as it can, in a process of its own."""

import collections
import json
import multiprocessing
import select
import time

from .process import stand_back
from .wire import CLOSE, TEXT, Chat

BATCH_BYTES = 64 << 10
SHOWN_OUT = "close 4101"


def _flood(server, token, how, seconds, make, results):
    """`make(number)` is the frame of that number; `None` for `how["hears"]` reads nothing of what comes. Who is closed
    for sending too much comes back and goes on."""
    stand_back()
    hears = how.pop("hears", True)
    codes, number, sent, last = collections.Counter(), 0, 0, None
    until, is_shown_out = time.monotonic() + seconds, True
    while is_shown_out and time.monotonic() < until:
        is_shown_out = False
        with Chat(server, token, **how) as chat:
            chat.tcp.setblocking(False)
            poll = select.poll()
            poll.register(chat.tcp, select.POLLOUT | (select.POLLIN if hears else 0))
            rest, sends = b"", True
            try:
                while time.monotonic() < until:
                    events = poll.poll(50)
                    if any(event & select.POLLIN for _, event in events):
                        piece = chat.tcp.recv(1 << 18)
                        if not piece:
                            codes["closed"] += not is_shown_out
                            break
                        for opcode, payload in chat.frames.take(piece):
                            code = _code(opcode, payload)
                            codes[code] += 1
                            if code == SHOWN_OUT:
                                is_shown_out, sends = True, False
                                poll.modify(chat.tcp, select.POLLIN)
                    if sends and any(event & select.POLLOUT for _, event in events):
                        while len(rest) < BATCH_BYTES:
                            number += 1
                            rest += make(number)
                        count = chat.tcp.send(rest)
                        sent, rest, last = sent + count, rest[count:], time.monotonic()
            except ConnectionError:
                codes["cut"] += not is_shown_out
    blocked = time.monotonic() - last if last else seconds
    results.send((dict(codes), sent, number, blocked))


def _code(opcode, payload):
    if opcode == CLOSE:
        return f"close {int.from_bytes(payload[:2], 'big')}"
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
