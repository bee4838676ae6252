"""What the server holds in memory, as the kernel counts it."""

import pathlib
import re


def resident_bytes(server):
    status = pathlib.Path(f"/proc/{server.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) * 1024
