"""Power cuts: a run is recorded, and the server is started on what a cut at many a moment could have left (D09, D10)."""

import concurrent.futures
import json
import os
import random
import subprocess
import time

import files
import preload
import replay
from town import Town, expect, lines, server, wait_until

class Recording:
    """A stretch of load with everything that was done to the disk."""

    def __init__(self, run, seconds, sync_microseconds=0, **settings):
        self.town = run.town()
        self.disk = replay.Disk(self.town.data)
        record = self.town.folder / "record"
        host = server(self.town.data, ["env", f"LD_PRELOAD={preload.build('recorder')}", f"RECORD_UNDER={self.town.data}",
                                       f"RECORD_TO={record}", f"RECORD_SYNC_US={sync_microseconds}"], **settings)
        host.start()
        self.begun = time.monotonic_ns()
        load = None
        try:
            uploader = files.Uploader(host, self.town, run.seed)
            load = self.town.load(host)
            uploader.start()
            time.sleep(seconds)
            wait_until(lambda: load.acks >= run.acks_min, 60, "acknowledgements")
            self.ended = time.monotonic_ns()
            uploader.end()
            load.end()
        finally:
            if load:
                load.kill()
            host.kill()
        self.promised = uploader.promised
        self.ops = replay.read(record)
        self.entries = list(lines(self.town.history))
        self.acks = sum(entry["op"] == "ack" for entry in self.entries)
        expect(any(op.kind == replay.SYNC for op in self.ops), "no sync was recorded")

    def states(self, chance, count, modes=replay.MODES):
        """Cuts at random moments, in their order: the time, the mode, and what is left."""
        # Half of them right at a sync, where there is most to lose.
        syncs = [op for op in self.ops if op.kind == replay.SYNC and self.begun < op.begun < self.ended]
        times = sorted(
            chance.randint(self.begun, self.ended) if index % 2 else
            (lambda op: chance.randint(op.begun, op.ended))(chance.choice(syncs)) for index in range(count))
        done = 0
        for index, at in enumerate(times):
            while done < len(self.ops) and self.ops[done].ended < at:
                self.disk.take(self.ops[done])
                done += 1
            running = [op for op in self.ops[done:done + 64] if op.begun < at]
            mode = modes[index % len(modes)]
            yield at, mode, self.disk.left(chance, mode, running)


def judge(run, recording, at, place, acks=0):
    """Starts the server on a state and returns in what it breaks its promises; nothing when it keeps them."""
    town = Town(place)
    host = server(town.data)
    try:
        host.start()
    except AssertionError as error:
        return f"it does not start: {error}"
    try:
        town.history.write_text("".join(json.dumps(entry) + "\n" for entry in recording.entries if entry["t"] <= at))
        town.tokens.write_bytes(recording.town.tokens.read_bytes())
        verdict = town.judge(host, acks)
        if not verdict.holds:
            return verdict.text
        return files.broken(host, recording.town, recording.promised, at)
    finally:
        host.kill()


def cuts(run, count, modes=replay.MODES, seconds=None, sync_microseconds=2_000, **settings):
    """The states that are bad, and the recording."""
    recording = Recording(run, seconds or (4 if run.short else 20), sync_microseconds, **settings)
    chance = random.Random(run.seed)
    bad, tally, jobs = [], {}, []
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for index, (at, mode, (left, directories)) in enumerate(recording.states(chance, count, modes)):
            place = run.place()
            replay.lay(left, directories, place / "data")
            tally[mode] = tally.get(mode, 0) + 1
            jobs.append((index, mode, place, pool.submit(judge, run, recording, at, place)))
            # No more states lie about than are being looked at.
            if len(jobs) >= 16:
                bad += _finish(*jobs.pop(0))
        for job in jobs:
            bad += _finish(*job)
    recording.town.leave()
    return bad, recording, tally


def _finish(index, mode, place, future):
    what = future.result()
    subprocess.run(["rm", "-rf", str(place)], check=True)
    return [(index, mode, what)] if what else []


def power(run, count):
    """No state is bad."""
    bad, recording, tally = cuts(run, count)
    expect(not bad, f"{len(bad)} of {count} states are bad, seed {run.seed}; the first, {bad[0][:2] if bad else ''}:\n"
           f"{bad[0][2] if bad else ''}")
    told = ", ".join(f"{number} {mode}" for mode, number in tally.items())
    expect(recording.acks >= run.acks_min, f"{recording.acks} acknowledged")
    return (f"{count} states good ({told}), {len(recording.ops)} calls recorded, {recording.acks} acknowledged, "
            f"{len(recording.promised)} files"), count, recording.acks
