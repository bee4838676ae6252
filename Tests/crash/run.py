"""Breaks the server in every way that there is a row for, and holds it to what it promised.

    run.py [--short] [--seed N] [ROW...]

Without rows, all of them but those that need to be asked for; loadtest/README.md tells the rules of the checker,
docs/RELIABILITY.md the promises. A row counts only if its faults came, and if messages enough were acknowledged: both
are printed.
"""

import argparse
import concurrent.futures
import os
import pathlib
import shutil
import sys
import tempfile
import threading
import time

import clocks
import controls
import disks
import flips
import fullness
import kernel
import kills
import memory
import network
import power
from town import Failed, Town

# The Nth calls at which the server is killed. Writes and syncs are those of commits and checkpoints, the others of
# uploads, of the first start and of what was deleted.
SWEEP_SHORT = {"pwrite64": (1, 9, 150), "fdatasync": (2, 30), "rename": (2,), "fsync": (3,), "link": (2,)}
SWEEP = {
    "pwrite64": range(1, 401), "fdatasync": range(1, 101), "fsync": range(1, 31), "rename": range(1, 21),
    "writev": range(1, 21), "mkdir": range(1, 11), "ftruncate": range(1, 4), "unlink": range(1, 2),
    "link": range(1, 21),
}
# Of calls on the data file: a checkpoint writes hundreds of pages, and syncs once behind them.
CHECKPOINTS_SHORT = {"pwrite64": (1, 200), "fdatasync": (1,)}
CHECKPOINTS = {"pwrite64": [*range(1, 20), *range(20, 2_000, 20)], "fdatasync": range(1, 9)}
# Who is refused memory, and at which of its calls.
MEMORY_SHORT = {memory.LIBRARIES: (50, 400), "all": (3_000,)}
MEMORY = {memory.LIBRARIES: [*range(1, 60, 3), *range(60, 3_000, 60)], "all": range(100, 20_000, 400)}

# name: the function, what it is given in short, and in full
ROWS = {
    "writers": (kills.writers, 2, 600),
    "cycles": (kills.cycles, 10, 500),
    "starting": (kills.starting, 8, 100),
    "sweep": (kills.sweep, SWEEP_SHORT, SWEEP),
    "failing-syncs": (disks.failing_syncs, (1, 20), range(1, 101)),
    "failing-reads": (disks.failing_reads, (5, 60), range(1, 101)),
    "checkpoints": (kills.checkpoints, CHECKPOINTS_SHORT, CHECKPOINTS),
    "slow": (disks.slow, 2, 30),
    "full": (disks.full, None, None),
    "full-starts": (fullness.restarts, 1, 10),
    "backups": (fullness.backups, 1, 10),
    "memory": (memory.memory, MEMORY_SHORT, MEMORY),
    "flips": (flips.flips, 16, None),
    "network": (network.network, 1, 75),
    "clock": (clocks.clock, 2, 60),
    "power": (power.power, 24, 2_000),
    "controls": (controls.controls, 6, 60),
}
# In short these mostly wait, for syncs, clocks, networks and heartbeats, and run beside the others.
WAITING = ("failing-syncs", "slow", "full", "full-starts", "network", "clock")
# Those that are only done when they are asked for: they need more than a machine usually has.
ASKED = {"kernel": (kernel.cuts, 1, 50)}


class Run:
    """What all rows share: where they may write, and how long they may take."""

    def __init__(self, folder, short, seed):
        self.folder, self.short, self.seed = folder, short, seed
        # Of one row; fewer make it worth nothing.
        self.acks_min = 1_000
        self.made = 0
        self._silent = self._talkative = None
        # Rows that run beside one another share it.
        self._lock = threading.RLock()

    def place(self):
        """A path of its own, where nothing is yet."""
        with self._lock:
            self.made += 1
            return self.folder / str(self.made)

    def town(self):
        """Users and channels, and no word yet."""
        with self._lock:
            if not self._silent:
                self._silent = Town.found(self.place())
        return self._silent.copied(self.place())

    def talkative(self):
        """The same with some hundred messages."""
        with self._lock:
            if not self._talkative:
                self._talkative = Town.found(self.place(), seconds=3)
        return self._talkative


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("rows", nargs="*", choices=[*ROWS, *ASKED, []])
    options = parser.parse_args()
    # On a disk of the machine's own where there are real syncs to wait for, else in memory.
    folder = pathlib.Path(tempfile.mkdtemp(prefix="confab-crash.", dir=os.environ.get("CRASH_DIR")))
    run, passed, failed, acks, fired = Run(folder, options.short, options.seed), 0, 0, 0, 0

    def do(name):
        """What came of a row, told at once: whether it passed, its faults and its acknowledgements."""
        row, short, full = (ROWS | ASKED)[name]
        begun = time.monotonic()
        try:
            told, fired, acks = row(run, short if options.short else full)
            print(f"ok     {name} ({time.monotonic() - begun:.0f} s): {told}", flush=True)
            return True, fired, acks
        except (Failed, AssertionError) as failure:
            print(f"FAILED {name} ({time.monotonic() - begun:.0f} s, --seed {options.seed}): {failure}", flush=True)
            return False, 0, 0

    names = options.rows or list(ROWS)
    lanes = [[name for name in names if (name in WAITING) == waits] for waits in (False, True)]
    try:
        with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
            # What is run in full is left alone by others.
            parts = [lane for lane in lanes if lane] if options.short else [names]
            for outcomes in pool.map(lambda part: [do(name) for name in part], parts):
                for has_passed, row_fired, row_acks in outcomes:
                    passed, failed = passed + has_passed, failed + (not has_passed)
                    fired, acks = fired + row_fired, acks + row_acks
    finally:
        if failed and os.environ.get("KEEP"):
            print(f"kept: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    print(f"faults {fired}, acknowledged {acks}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
