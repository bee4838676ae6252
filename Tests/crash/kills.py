"""Many who write; and kill -9: at random, while starting, and at every Nth call that changes the disk (rows D01, D02,
D03, O01, O02)."""

import random
import subprocess
import time

import files
from town import Town, expect, server

CYCLES_PER_TOWN = 50


def strace(log, *expressions, calls, path=None):
    return ["strace", "-f", "-qq", "-y", "-ttt", "-o", str(log), *(("-P", str(path)) if path else ()),
            "-e", f"trace={calls}",
            *(word for expression in expressions for word in ("-e", f"inject={expression}"))]


def writers(run, seconds):
    """Many write into one channel, and some into many: nothing goes wrong while nothing is broken."""
    told, acks, again = [], 0, 0
    for clients, channels in ((50, 1), (20, 50)):
        town = Town.found(run.place(), clients=clients, channels=channels)
        host = server(town.data)
        host.start()
        load = town.load(host, rate=1_000)
        try:
            time.sleep(seconds)
            load.end(run.acks_min)
            verdict = town.judge(host, acks=run.acks_min).require(f"{clients} writers in {channels} channels")
        finally:
            load.kill()
            host.kill()
        told.append(f"{clients} in {channels}: {verdict.acks} acknowledged, {verdict.unknown} asked for again")
        acks, again = acks + verdict.acks, again + verdict.unknown
        town.leave()
    expect(again > 0, "no line was cut behind a message")
    return "; ".join(told), again, acks


def cycles(run, count):
    """Kills at random times under load, a fresh town after every 50."""
    acks = unknown = kills = 0
    starts = []
    chance = random.Random(run.seed)
    while kills < count:
        town = run.town()
        host = server(town.data)
        host.start()
        load = town.load(host)
        try:
            for _ in range(min(CYCLES_PER_TOWN, count - kills)):
                time.sleep(chance.uniform(0.05, 0.6 if run.short else 3))
                host.kill()
                begun = time.monotonic()
                host.start()
                starts.append(time.monotonic() - begun)
                kills += 1
            load.end(run.acks_min)
        finally:
            load.kill()
            host.kill()
        verdict = town.judge(acks=run.acks_min, unknown=1).require(f"after {kills} kills, seed {run.seed}")
        acks, unknown = acks + verdict.acks, unknown + verdict.unknown
        town.leave()
    expect(max(starts) < 2, f"a start took {max(starts):.2f} s")
    return f"{kills} kills, {acks} acknowledged, {unknown} in doubt, slowest start {max(starts) * 1000:.0f} ms", kills, acks


def starting(run, count):
    """Kills in the first 300 ms after a kill, and once more while it recovers from that."""
    town, chance, kills, early = run.town(), random.Random(run.seed), 0, 0
    host = server(town.data)
    host.start()
    load = town.load(host)
    try:
        for _ in range(count):
            time.sleep(chance.uniform(0.1, 0.4))
            host.kill()
            for longest in (0.3, 0.1):
                host.launch()
                time.sleep(chance.uniform(0, chance.choice((longest, 0.06))))
                early += host.lines.empty()
                host.kill()
                kills += 1
            host.start()
        load.end(run.acks_min)
    finally:
        load.kill()
        host.kill()
    expect(early > 0, "no kill came before the server listened")
    verdict = town.judge(acks=run.acks_min, unknown=1).require(f"seed {run.seed}")
    town.leave()
    return f"{kills} kills while starting, {early} before it listened, {verdict.acks} acknowledged", kills, verdict.acks


def checkpoints(run, numbers):
    """The same with calls on the data file, which is written by nothing but checkpoints."""
    return sweep(run, numbers, only="confab.db")


def sweep(run, numbers, only=None):
    """Killed by the kernel as the Nth call of a kind begins that changes the disk, on that file alone where one is
    named; a thread's calls are counted."""
    fired, acks, missed, files_kept = 0, 0, [], 0
    points = [(call, number) for call, these in numbers.items() for number in these]
    quota = run.acks_min // len(points) + 1
    for call, number in points:
        town = run.town()
        host = server(town.data, strace(
            town.folder / "strace", f"{call}:signal=KILL:when={number}", calls=call, path=only and town.data / only))
        load = uploader = None
        try:
            host.launch()
            load = town.load(host)
            uploader = files.Uploader(host, town, run.seed)
            uploader.start()
            try:
                expect(host.process.wait(timeout=20) == -9, f"the server did not die by {call} {number}")
                fired += 1
            except subprocess.TimeoutExpired:
                # Names change rarely. A kill from outside keeps the round worth something.
                missed.append(f"{call} {number}")
            host.kill()
            host.prefix = []
            host.start()
            time.sleep(0.2)
            load.end(quota)
            uploader.end()
            wrong = uploader.wrong or files.broken(host, town, uploader.promised, time.monotonic_ns())
            expect(not wrong, f"killed at {call} {number}: {wrong}")
        finally:
            if uploader:
                uploader.ending.set()
            if load:
                load.kill()
            host.kill()
        acks += town.judge().require(f"killed at {call} {number}").acks
        files_kept += len(uploader.promised)
        town.leave()
    expect(acks >= run.acks_min, f"{acks} acknowledged")
    expect(len(missed) <= fired // 10, f"these calls did not come: {missed}")
    return f"{fired} calls killed the server ({len(missed)} did not come), {acks} acknowledged, {files_kept} files", fired, acks
