"""Nobody takes what the server writes to standard error."""

import fcntl
import json
import os
import time

from server import Server

from .innocents import Innocents
from .row import Row
from .wire import connect

# Less than what is said, and more than a page.
PIPE_BYTES = 16 << 10


class Deaf(Server):
    """A server whose standard error is a descriptor of the test's own."""

    def __init__(self, data, descriptor, *flags, **settings):
        super().__init__(data, *flags, log_level="debug", **settings)
        self.descriptor = descriptor

    def open_log(self):
        return os.fdopen(self.descriptor, "wb")

    @property
    def log(self):
        return ""


def make_it_talk(server, count):
    """What is no TLS is a line of the log for each."""
    for _ in range(count):
        with connect(server) as tcp:
            tcp.settimeout(5)
            tcp.sendall(b"\x16\x03\x01\x00\x05\xff\xff\xff\xff\xff")
            tcp.recv(100)


def silence(row, server, lines, then=lambda: None):
    """Chat goes on while nobody takes what the server writes; `then` is called afterwards."""
    server.start()
    try:
        with Innocents(server) as innocents:
            innocents.peace()
            with innocents.window("abuse"):
                until = time.monotonic() + 1
                make_it_talk(server, lines)
                time.sleep(max(0, until - time.monotonic()))
            row.say(f"{lines} lines that nobody took")
            row.expect(server.is_running, "the server ended")
            innocents.judge(row)
        then()
        row.expect(server.terminate() == 0, "it did not end as it should")
    finally:
        server.kill()
    return row


def closed_pipe(data, lines, **settings):
    """Whoever read the log has gone."""
    reading, writing = os.pipe()
    os.close(reading)
    return silence(Row("a log that nobody reads any more"), Deaf(data, writing, **settings), lines)


def full_device(data, lines, **settings):
    """As on a disk that is full."""
    server = Deaf(data, os.open("/dev/full", os.O_WRONLY), **settings)
    return silence(Row("a log on a full device"), server, lines)


def full_pipe(data, lines, **settings):
    """Whoever reads the log stands still. Once it goes on, it is told how much it has missed."""
    row = Row("a log that nobody reads for a while")
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    server = Deaf(data, writing, **settings)
    heard = []
    silence(row, server, lines, lambda: heard.append(os.read(reading, PIPE_BYTES)))
    # What was dropped is told with the next line, which says that the server stops.
    with open(reading, "rb") as pipe:
        heard.append(pipe.read())
    said = [json.loads(line) for line in b"".join(heard).splitlines()]
    kept = sum(line["msg"] == "TLS failed" for line in said)
    missed = sum(int(line["count"]) for line in said if line["msg"] == "log lines were dropped")
    row.say(f"{kept} read later, {missed} told of as dropped")
    row.expect(missed > 0, "all lines were taken, so that nothing was tested")
    row.expect(kept + missed == lines, f"{kept} and {missed} are not {lines}")
    return row
