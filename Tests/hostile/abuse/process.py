"""What the kernel knows of the server."""

import contextlib
import os
import time

# What is measured goes before everything else on the machine, such as a compiler next door, and abusers go behind: each
# stands for a machine elsewhere, and what it does itself shall not be what the innocent wait for.
AHEAD, BEHIND = -10, 10


@contextlib.contextmanager
def preferred(server):
    """Where that is allowed, which is to root only."""
    _prefer_session(AHEAD)
    with contextlib.suppress(PermissionError):
        for thread in os.listdir(f"/proc/{server.pid}/task"):
            os.setpriority(os.PRIO_PROCESS, int(thread), AHEAD)
    try:
        yield
    finally:
        _prefer_session(0)


def _prefer_session(niceness):
    # Linux shares the processor among sessions first, and obeys a process's own niceness within one only.
    with contextlib.suppress(OSError), open("/proc/self/autogroup", "w") as file:
        file.write(str(niceness))


def prefer_this_process():
    with contextlib.suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, AHEAD)


def stand_back():
    os.setpriority(os.PRIO_PROCESS, 0, BEHIND)


def resident_bytes(server):
    with open(f"/proc/{server.pid}/smaps_rollup") as file:
        for line in file:
            if line.startswith("Rss:"):
                return int(line.split()[1]) << 10
    raise AssertionError("the kernel told of no memory")


def descriptor_count(server):
    return len(os.listdir(f"/proc/{server.pid}/fd"))


def processor_seconds(server):
    with open(f"/proc/{server.pid}/stat") as file:
        fields = file.read().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def wait_until(condition, seconds, every=0.05):
    """Whether it came true in time, and after how many seconds."""
    begun = time.monotonic()
    while not condition():
        if time.monotonic() - begun > seconds:
            return False, time.monotonic() - begun
        time.sleep(every)
    return True, time.monotonic() - begun
