"""People who chat in peace while others do their worst, and how long that takes them."""

import contextlib
import json
import multiprocessing
import select
import ssl
import time

from .people import direct, people
from .process import prefer_this_process, preferred
from .row import quantile
from .wire import TEXT, Chat, command, frame

PAIRS = 12
# Below the rate of each sender: 30 in 10 s.
SENDS_PER_SECOND = 30
# What two cores add to a p99 by their scheduling alone, the abuser's own work being done on the same two: a loopback
# p99 of 2 ms doubles without anybody's fault. Of the few samples of a short run the p99 is the very worst, so that it
# needs more; full runs hold a tenth of a second, below which nobody who chats notices anything.
FLOOR_SECONDS = 0.25
SETTLE_SECONDS = 0.3
# How long they are watched before the abuse begins; full runs take longer.
PEACE_SECONDS = 1
SAMPLES_MIN = 8
ANSWER_SECONDS_MAX = 60


def _talk(server, pairs, stop, results):
    """Sends at even times whatever happens, so that a server that stands still is seen by every message it delays."""
    prefer_this_process()
    chats, by_socket, open = [], {}, {}
    poll = select.poll()
    for one, other, channel in pairs:
        for person in (one, other):
            chat = Chat(server, person.token)
            chat.tcp.setblocking(False)
            by_socket[chat.tcp.fileno()] = chat
            poll.register(chat.tcp, select.POLLIN)
            chats.append((chat, channel))
    senders, samples, number = chats[::2], [], 0
    due = time.monotonic()
    while not stop.is_set() or (open and time.monotonic() < due + ANSWER_SECONDS_MAX):
        now = time.monotonic()
        if now >= due and not stop.is_set():
            chat, channel = senders[number % len(senders)]
            number += 1
            name = f"m{number}"
            open[name] = [now, 2]
            chat.tcp.sendall(command(name, "message.send", channel=channel, client_msg_id=name, text="hello"))
            due = max(due + 1 / SENDS_PER_SECOND, now)
        for descriptor, _ in poll.poll(max(0, min(due - time.monotonic(), 0.1)) * 1000):
            for opcode, payload in _received(by_socket[descriptor]):
                assert opcode == TEXT, payload
                message = json.loads(payload)
                data = message.get("data", {})
                assert message.get("ok", True), message
                me = by_socket[descriptor]
                if message.get("type") == "ping":
                    me.tcp.sendall(frame(TEXT, b'{"type":"pong"}'))
                # The sender hears the reply and its own event, the other one the event: two of three are counted.
                is_echo = data.get("sender") == me.ready["user"]["id"]
                name = data.get("client_msg_id")
                if name in open and not is_echo:
                    open[name][1] -= 1
                    if open[name][1] == 0:
                        begun, _ = open.pop(name)
                        samples.append((begun, time.monotonic() - begun))
    results.send((samples, len(open)))


def _received(chat):
    pieces = []
    with contextlib.suppress(BlockingIOError, ssl.SSLWantReadError):
        # A TLS record may be decrypted already when the poll says nothing of it.
        while True:
            piece = chat.tcp.recv(1 << 16)
            if not piece:
                raise EOFError("somebody innocent was cut off")
            pieces.append(piece)
    return chat.frames.take(b"".join(pieces))


class Innocents:
    """Two dozen users in pairs, measured from the time that this is made. The times are those from a send until both
    its answer has come and the other one has heard it."""

    def __init__(self, server):
        self.stack = contextlib.ExitStack()
        self.stack.enter_context(preferred(server))
        users = people(server, 2 * PAIRS)
        pairs = [(one, other, direct(server, one, other)) for one, other in zip(users[::2], users[1::2])]
        context = multiprocessing.get_context("fork")
        self.stop = context.Event()
        self.results, child = context.Pipe(duplex=False)
        self.process = context.Process(target=_talk, args=(server, pairs, self.stop, child), daemon=True)
        self.process.start()
        child.close()
        self.windows = {}
        time.sleep(SETTLE_SECONDS)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop.set()
        self.process.join(5)
        self.process.kill()
        self.stack.close()

    @contextlib.contextmanager
    def window(self, name):
        begun = time.monotonic()
        yield
        self.windows[name] = (begun, time.monotonic())

    def peace(self):
        with self.window("peace"):
            time.sleep(PEACE_SECONDS)

    def end(self):
        if not self.stop.is_set():
            self.stop.set()
            self.samples, self.unanswered = self.results.recv()
        return self.samples, self.unanswered

    def judge(self, row, window="abuse", times=2, floor=None):
        """The p99 with the abuse is less than `times` that without it in the same run, or below the floor."""
        floor = floor or FLOOR_SECONDS
        samples, unanswered = self.end()
        row.expect(unanswered == 0, f"{unanswered} sends of the innocent were never answered and heard")
        p99 = {}
        for name in ("peace", window):
            begun, ended = self.windows[name]
            taken = [seconds for at, seconds in samples if begun <= at < ended]
            row.expect(len(taken) >= SAMPLES_MIN, f"only {len(taken)} sends of the innocent in {name}")
            p99[name] = quantile(taken, 0.99) if taken else float("inf")
        peace, abuse = p99["peace"], p99[window]
        row.say(f"innocent p99 {abuse * 1000:.1f} ms, in peace {peace * 1000:.1f} ms ({abuse / peace:.1f}x)")
        row.expect(
            abuse < max(times * peace, floor),
            f"the innocent wait {abuse / peace:.1f} times as long, and longer than {floor * 1000:.0f} ms")
