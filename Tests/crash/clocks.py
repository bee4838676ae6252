"""The clock on the wall is set while people chat (row O10)."""

import mmap
import struct
import time

import later
import preload
from files import call
from town import PASSWORD, expect, lines, server

DAY = 86_400
# 19 January 2038, 03:14:08: where seconds in 32 bits end.
YEAR_2038 = 2_147_483_648


class Wall:
    """The clock of a server that was started with `prefix`."""

    def __init__(self, path):
        path.write_bytes(bytes(8))
        self.file = open(path, "r+b")
        self.map = mmap.mmap(self.file.fileno(), 8)
        self.prefix = ["env", f"LD_PRELOAD={preload.build('clock')}", f"CLOCK_AHEAD={path}"]

    def ahead(self, seconds):
        self.map[:] = struct.pack("<q", int(seconds * 1_000_000_000))


def clock(run, seconds):
    """It leaps to and fro under load: orders stay, connections stay, what was planned is done, and done once, and what
    ends by the clock ends by what it says."""
    town = run.town()
    wall = Wall(town.folder / "ahead")
    letters = later.Letters()
    host = server(town.data, wall.prefix, heartbeat_milliseconds=1_000, **letters.settings)
    host.start()
    load = town.load(host, cut=0)
    leaps = 0
    try:
        time.sleep(1)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            letters.ask(host)
            for ahead in (-DAY, 3_600, 0, -3_600, 0.9, 0):
                wall.ahead(ahead)
                leaps += 1
                time.sleep(0.4)
        count, more = letters.end(host, wall)
        leaps += more
        load.end(run.acks_min)
        sockets = max(entry.get("socket", 1) for entry in lines(town.history))
        expect(sockets == 1, f"a client needed {sockets} connections, though nobody was cut off")
        verdict = town.judge(host, acks=run.acks_min).require(f"{leaps} leaps of the clock")
        later.expiries(host, town, wall)
        tokens(host, town, wall)
    finally:
        load.kill()
        host.kill()
    town.leave()
    return f"{leaps} leaps, nobody was cut off, {count} letters once each, {verdict.acks} acknowledged", leaps, verdict.acks


def tokens(host, town, wall):
    """A token is good until its time by the clock on the wall, whichever way that was set."""
    account = {"username": town.zoe["username"], "password": PASSWORD}
    for ahead in (0, 3 * DAY, YEAR_2038 + 10 - time.time()):
        wall.ahead(ahead)
        status, answer = call(host, "POST", "/auth/login", body=account)
        expect(status == 200, f"login {ahead} s ahead answers {status} {answer}")
        token = answer["access_token"]
        status, message = call(
            host, "POST", f"/channels/{town.zoe['channel']}/messages", token, {"text": f"{ahead} ahead"})
        expect(status == 201, f"sending {ahead} s ahead answers {status} {message}")
        for later, wanted in ((answer["expires_in"] + 60, 401), (answer["expires_in"] - 60, 200)):
            wall.ahead(ahead + later)
            status, _ = call(host, "GET", "/users/me", token)
            expect(status == wanted, f"{later} s after login, at {ahead} s ahead, a token answers {status}")
    numbers = [
        message["message_number"]
        for message in call(host, "GET", f"/channels/{town.zoe['channel']}/messages?limit=200", token)[1]["items"]]
    expect(numbers == sorted(numbers), f"the clock has put messages in another order: {numbers}")
