"""Memory that is refused: the call that asked for it fails or the server ends, and nobody is told anything wrong (D07)."""

import http.client
import mmap
import struct
import subprocess
import time
import urllib.request

import preload
from town import Failed, expect, server

PLAN = struct.Struct("<4Q")
LIBRARIES = "libsqlite3.so:libz.so:libcrypto.so:libssl.so"


class Plan:
    """What memory.c goes by: which call is refused, or how many by chance, and how many were."""

    def __init__(self, path):
        path.write_bytes(bytes(PLAN.size))
        self.path, self.file = path, open(path, "r+b")
        self.map = mmap.mmap(self.file.fileno(), PLAN.size)

    def begin(self, number=0, one_in=0):
        """Counts from here on."""
        self.map[:] = PLAN.pack(number, one_in, 0, 0)

    @property
    def refused(self):
        return PLAN.unpack(self.map[:])[3]

    def prefix(self, of):
        return ["env", f"LD_PRELOAD={preload.build('memory')}", f"MEMORY_PLAN={self.path}", f"MEMORY_OF={of}"]


def lives(host, name):
    """Whether it goes on; a server that does neither that nor end is none."""
    try:
        with urllib.request.urlopen(host.url + "/livez", timeout=5) as answer:
            return answer.status == 200
    except (OSError, http.client.HTTPException):
        try:
            host.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            raise Failed(f"{name}: it neither answers nor ends") from None
        return False


def memory(run, points):
    """The Nth call of SQLite, zlib or OpenSSL, and of anything at all, once in a running server and once in one that
    starts; and some by chance for a second."""
    fired = ended = unstarted = acks = 0
    plans = [
        (of, what, number) for of, numbers in points.items() for what in ("starting", "running") for number in numbers]
    plans += [(LIBRARIES, "chance", one_in) for one_in in (2_000, 200)]
    quota = run.acks_min // len(plans) + 1
    for of, what, number in plans:
        name = f"{what}, {number} of {of}"
        town = run.town()
        plan = Plan(town.folder / "plan")
        host = server(town.data, plan.prefix(of))
        load = None
        try:
            if what == "starting":
                plan.begin(number=number)
            host.launch()
            try:
                host.ready()
            except AssertionError:
                expect(what == "starting", f"{name}: it does not start without a fault")
                unstarted += 1
            load = town.load(host, cut=0.02)
            if what != "starting":
                time.sleep(0.3)
                plan.begin(number=number if what == "running" else 0, one_in=number if what == "chance" else 0)
            end = time.monotonic() + (1 if what == "chance" else 3)
            while time.monotonic() < end and (what == "chance" or not plan.refused):
                time.sleep(0.02)
            # What it comes to takes a moment.
            if host.process:
                try:
                    host.process.wait(timeout=0.3)
                    ended += 1
                except subprocess.TimeoutExpired:
                    ended += not lives(host, name)
            fired += plan.refused
            plan.begin()
            host.kill()
            host.prefix = []
            host.start()
            load.end(quota)
        finally:
            if load:
                load.kill()
            host.kill()
        acks += town.judge().require(name).acks
        town.leave()
    expect(fired >= len(plans) // 2, f"only {fired} calls were refused in {len(plans)} runs")
    expect(acks >= run.acks_min, f"{acks} acknowledged")
    return (f"{fired} calls refused in {len(plans)} runs, {unstarted} starts and {ended} running servers "
            f"ended by it, {acks} acknowledged"), fired, acks
