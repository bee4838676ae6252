"""Disks that fail, are slow, and are full (rows D04, D05, D06, D15)."""

import contextlib
import os
import pathlib
import re
import subprocess
import time
import urllib.error
import urllib.request

from files import call
from kills import strace
from town import expect, lines, resident, server, wait_until

BROKEN_STORE_STATUS = 74
FAILED_START_STATUS = 1
# How long it is waited for the read that is to fail.
READS_SECONDS = 10
MEGABYTE = 1 << 20


@contextlib.contextmanager
def loaded(run, *prefix, town=None, start=True, **settings):
    """A server under `prefix` with clients who talk; both are gone at the end."""
    town = town or run.town()
    host = server(town.data, prefix, **settings)
    load = None
    try:
        host.launch()
        if start:
            host.ready()
        load = town.load(host, cut=0.02)
        yield town, host, load
    finally:
        if load:
            load.kill()
        host.kill()


class Syncs:
    """What strace tells of the syncs of a server, some of which fail.

    A thread may be in the sync of one file while another's fails, and begin one before the process has ended: that is
    right, as long as no sync of that very file has failed. What the kernel has forgotten is what was to be synced then.
    """

    BEGUN = re.compile(r"^(\d+) +(\d+\.\d+) fdatasync\(\d+<([^>]*)>")
    ENDED = re.compile(r"^(\d+) +(\d+\.\d+) (?:<\.\.\. fdatasync resumed|fdatasync\().*INJECTED")

    def __init__(self, text):
        # Of each file: when its sync failed first.
        self.failed = {}
        self.asked_again = []
        under_way = {}
        for line in text.splitlines():
            if begun := self.BEGUN.match(line):
                under_way[begun[1]] = begun[3]
                if begun[3] in self.failed:
                    self.asked_again.append(begun[3])
            if ended := self.ENDED.match(line):
                self.failed.setdefault(under_way[ended[1]], float(ended[2]))

    @property
    def data_failed_at(self):
        """When a sync of the data file or its log failed first; `None` when none did."""
        times = [when for path, when in self.failed.items() if is_data(path)]
        return min(times) if times else None


def is_data(path):
    """The search's index is thrown away after any failure and made anew, by the same name and from what is here."""
    return pathlib.Path(path).name.startswith("confab.db")


def failing_syncs(run, numbers, persistent=(False, True)):
    """EIO at the Nth fdatasync: the server stops at once with 74, and asks no more."""
    fired = acks = 0
    slowest = 0
    points = [(number, again) for again in persistent for number in numbers]
    quota = run.acks_min // len(points) + 1
    for number, again in points:
        town = run.town()
        log = town.folder / "strace"
        when = f"{number}{'+' if again else ''}"
        words = strace(log, f"fdatasync:error=EIO:when={when}", calls="fdatasync,exit_group")
        with loaded(run, *words, town=town, start=False) as (town, host, load):
            wait_until(lambda: log.exists() and "INJECTED" in log.read_text(), 40, f"call {when} did not fail")
            # The outcome of syncing the directory's name is unread by SQLite; what comes after it is seen by itself.
            if Syncs(log.read_text()).data_failed_at:
                status = host.process.wait(timeout=10)
                # A start that fails is one that did not happen: nobody has been told anything.
                has_started = host.lines.get(timeout=5).startswith("listening")
                expect(
                    status == (BROKEN_STORE_STATUS if has_started else FAILED_START_STATUS),
                    f"call {when} failed and the server ended with {status}")
                text = log.read_text()
                syncs = Syncs(text)
                again = [path for path in syncs.asked_again if is_data(path)]
                expect(not again, f"a sync was asked for again after call {when} had failed: {again}")
                died = float(re.search(r"(\d+\.\d+) exit_group", text).group(1))
                slowest = max(slowest, died - syncs.data_failed_at)
                fired += 1
            host.kill()
            host.prefix = []
            host.start()
            load.end(quota)
        acks += town.judge().require(f"EIO at fdatasync {when}").acks
        town.leave()
    expect(fired > 0, "no sync failed")
    expect(slowest < 1, f"it took {slowest:.2f} s to stop")
    expect(acks >= run.acks_min, f"{acks} acknowledged")
    return f"{fired} syncs failed, stopped within {slowest * 1000:.0f} ms, {acks} acknowledged", fired, acks


def failing_reads(run, numbers):
    """EIO at the Nth pread64 and all behind it: errors or no start, and never something wrong."""
    fired = refused = acks = 0
    source = run.talkative()
    quota = run.acks_min // len(numbers) + 1
    for number in numbers:
        town = source.copied(run.place())
        log = town.folder / "strace"
        words = strace(log, f"pread64:error=EIO:when={number}+3", calls="pread64")
        with loaded(run, *words, town=town, start=False) as (town, host, load):
            # A thread that has in memory what it needs reads no more.
            end = time.monotonic() + READS_SECONDS
            while time.monotonic() < end and host.is_running and not (log.exists() and "EIO" in log.read_text()):
                time.sleep(0.05)
            with contextlib.suppress(subprocess.TimeoutExpired):
                status = host.process.wait(timeout=1)
                expect(0 < status < 128, f"reads failed from {number} on and the server ended with {status}")
                refused += 1
            fired += "EIO" in log.read_text()
            host.kill()
            host.prefix = []
            host.start()
            load.end(quota)
        acks += load.acks
        town.judge().require(f"EIO at read {number}")
        town.leave()
    expect(fired >= len(numbers) * 9 // 10, f"in {len(numbers)} runs reads failed in {fired}")
    expect(acks >= run.acks_min, f"{acks} acknowledged")
    return f"reads failed in {fired} of {len(numbers)} runs, {refused} of them ended the server, {acks} acknowledged", fired, acks


def is_ready(host):
    try:
        with urllib.request.urlopen(host.url + "/readyz", timeout=30) as answer:
            return answer.status == 200
    except urllib.error.HTTPError as error:
        error.read()
        return False


def slow(run, seconds):
    """Every sync takes 50 ms for a while, and then some take 2 s: everybody waits, and nobody is refused."""
    acks = fired = 0
    told = []
    for delay, when, length in ((50_000, "1+", seconds), (2_000_000, "30..31", seconds + 6)):
        town = run.town()
        log = town.folder / "strace"
        words = strace(log, f"fdatasync:delay_enter={delay}:when={when}", calls="fdatasync")
        with loaded(run, *words, town=town) as (town, host, load):
            before, peak, was_red = resident(host.pid), 0, False
            end = time.monotonic() + length
            while time.monotonic() < end:
                was_red |= not is_ready(host)
                peak = max(peak, resident(host.pid))
                time.sleep(0.05)
            wait_until(lambda: is_ready(host), 10, "readiness did not come back")
            load.end(run.acks_min // 2)
            expect(was_red == (delay > 1_000_000), f"syncs of {delay} us: readiness was {'red' if was_red else 'green'}")
            expect(peak - before < 64 * MEGABYTE, f"memory grew by {(peak - before) // MEGABYTE} MiB")
        refused = [entry["code"] for entry in lines(town.history) if entry["op"] == "fail"]
        expect(not refused, f"a slow disk of {delay} us made refusals: {refused[:5]}")
        verdict = town.judge().require(f"syncs of {delay} us")
        delayed = log.read_text().count("INJECTED") + log.read_text().count("DELAYED")
        expect(delayed > 0, "no sync was delayed")
        acks, fired = acks + verdict.acks, fired + delayed
        told.append(f"{delay // 1000} ms: {verdict.acks} acknowledged, +{(peak - before) // MEGABYTE} MiB")
        town.leave()
    expect(acks >= run.acks_min, f"{acks} acknowledged")
    return "; ".join(told), fired, acks


# A full disk

@contextlib.contextmanager
def small_disk(place, size):
    """A file system of that size, as root only."""
    place.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def fill(path):
    """Takes all the room there is, and goes on taking what becomes free until the file is removed."""
    with open(path, "ab", buffering=0) as file:
        for size in (MEGABYTE, 4096, 512, 1):
            with contextlib.suppress(OSError):
                while True:
                    file.write(bytes(size))


def full(run, _):
    """No room: writes are refused within a second, reads, deletions and logins go on, and room brings all back."""
    source = run.town()
    with small_disk(run.place(), "48m") as disk:
        town = source.copied(disk / "town")
        town.history = source.history
        filler = disk / "filler"
        with loaded(run, town=town) as (town, host, load):
            token, channel = town.zoe["token"], town.zoe["channel"]
            account = {name: town.zoe[name] for name in ("username", "password")}
            sent = [call(host, "POST", f"/channels/{channel}/messages", token, {"text": f"{n}"})[1] for n in range(40)]
            time.sleep(1)
            begun = time.monotonic()
            fill(filler)
            wait_until(lambda: host_refuses(host, channel, token), 5, "a full disk takes messages")
            refused_after = time.monotonic() - begun
            reads = deletes = logins = 0
            end = time.monotonic() + (3 if run.short else 20)
            while time.monotonic() < end and deletes < len(sent):
                begun = time.monotonic()
                status, answer = call(host, "POST", f"/channels/{channel}/messages", token, {"text": "no"})
                expect(status == 507 and answer["code"] == "storage_full", f"a full disk answers {status} {answer}")
                expect(time.monotonic() - begun < 1, "a refusal took over a second")
                status, _ = call(host, "GET", f"/channels/{channel}/messages?limit=50", token)
                expect(status == 200, f"reading answers {status}")
                number = sent[deletes]["message_number"]
                status, answer = call(host, "DELETE", f"/channels/{channel}/messages/{number}", token)
                expect(status in (200, 204), f"deletion {deletes} answers {status} {answer}")
                status, answer = call(host, "POST", "/auth/login", body=account)
                expect(status == 200, f"login {logins} answers {status} {answer}")
                reads, deletes, logins = reads + 1, deletes + 1, logins + 1
                expect(not is_ready(host), "a server with a full disk says that it is ready")
            os.unlink(filler)
            begun = time.monotonic()
            wait_until(lambda: not host_refuses(host, channel, token), 5, "room did not bring sending back")
            recovered = time.monotonic() - begun
            wait_until(lambda: is_ready(host), 5, "readiness did not come back")
            load.end(run.acks_min)
            host.kill()
            # The history has its own disk: its writing did not stop.
            codes = {entry["code"] for entry in lines(town.history) if entry["op"] == "fail"}
            refusals = sum(entry["op"] == "fail" for entry in lines(town.history))
            expect(codes == {"storage_full"}, f"refusals were {codes}")
            verdict = town.judge().require("after a full disk")
    source.leave()
    expect(verdict.acks >= run.acks_min, f"{verdict.acks} acknowledged")
    return (f"refused after {refused_after * 1000:.0f} ms, {refusals} refusals, {deletes} deletions and {logins} logins "
            f"meanwhile, back after {recovered * 1000:.0f} ms, {verdict.acks} acknowledged"), refusals, verdict.acks


def host_refuses(host, channel, token):
    return call(host, "POST", f"/channels/{channel}/messages", token, {"text": "is there room?"})[0] == 507

