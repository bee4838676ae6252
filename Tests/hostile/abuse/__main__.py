"""All abuse at its full size: a line for each kind, with figures. Fails when one of them is answered badly."""

import contextlib
import os
import pathlib
import sys
import tempfile
import time

from server import Server

from . import crowded, floods, handshakes, innocents, logins, logs, silent, slow, stopping, storm, together

CYCLES = int(os.environ.get("CYCLES", "50"))
# In memory: what is measured is what peers can do, not how long this machine's disk takes.
FOLDER = "/dev/shm" if os.path.isdir("/dev/shm") else None


@contextlib.contextmanager
def serving(**settings):
    with tempfile.TemporaryDirectory(prefix="confab-abuse.", dir=FOLDER) as folder:
        folder = pathlib.Path(folder)
        if settings.pop("tls", False):
            settings |= silent.certificate(folder)
        server = Server(folder / "data", **settings)
        server.start()
        try:
            yield server
        finally:
            server.kill()


def one(call, **settings):
    def rows():
        with serving(**settings) as server:
            yield call(server)

    return rows


def of_commands():
    with serving() as server:
        yield from floods.commands(server, 4)


def of_logs():
    with tempfile.TemporaryDirectory(prefix="confab-abuse.", dir=FOLDER) as folder:
        folder = pathlib.Path(folder)
        tls = silent.certificate(folder)
        yield logs.closed_pipe(folder / "a", 1000, **tls)
        yield logs.full_device(folder / "b", 1000, **tls)
        yield logs.full_pipe(folder / "c", 1000, **tls)


ROWS = {
    "headers": one(lambda server: slow.headers(server, 2000, every=5, seconds=10)),
    "bodies": one(lambda server: slow.bodies(server, 500, every=1, seconds=10)),
    "reads": one(lambda server: slow.slow_readers(server, 100, 30), rate_limits="off"),
    "stopped": one(lambda server: slow.stopped_readers(server, 50, 30), rate_limits="off"),
    "silence": one(lambda server: silent.strangers(server, 5000, 10)),
    "silence-tls": one(lambda server: silent.strangers(server, 5000, 10), tls=True),
    "hellos": one(lambda server: silent.announced_hellos(server, 1000, 10), tls=True),
    "descriptors": one(silent.crowded_out),
    "handshakes": one(lambda server: handshakes.flood(server, 4, 10), tls=True),
    "deaf-pings": one(lambda server: floods.deaf_pings(server, 4, 30)),
    "pings": one(lambda server: floods.pings(server, 5)),
    "commands": of_commands,
    "logins": one(lambda server: logins.flood(server, 500, 120), scrypt_log_n="17"),
    "logs": of_logs,
    "storm": one(lambda server: storm.reconnects(server, 15_000, 60)),
    "busy": one(lambda server: crowded.busy_channel(server, 900, 50, 10), rate_limits="off"),
    "behind": one(lambda server: crowded.behind(server, 900, 5000, 120), rate_limits="off"),
    "together": one(lambda server: together.everything(server, 300, 100, 1000, 20), **together.SETTINGS),
    "stops": one(lambda server: stopping.under_load(server, CYCLES, 25), rate_limits="off"),
}


def main(names):
    unknown = set(names) - set(ROWS)
    if unknown:
        sys.exit(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(ROWS)}")
    innocents.PEACE_SECONDS, innocents.FLOOR_SECONDS = 4, 0.1
    failed, count = 0, 0
    for name in names or ROWS:
        begun = time.monotonic()
        for row in ROWS[name]():
            count += 1
            failed += bool(row.faults)
            print(f"{row} ({time.monotonic() - begun:.0f} s)", flush=True)
            begun = time.monotonic()
    print(f"{count - failed} passed, {failed} failed")
    sys.exit(failed > 0)


main(sys.argv[1:])
