"""A crash leaves no memory behind in which somebody could look for keys and passwords."""

import os
import pathlib
import resource
import signal
import subprocess

from server import ROOT

PATTERN = pathlib.Path("/proc/sys/kernel/core_pattern")


def crash(folder, *flags):
    """Whether the kernel dumped a server that aborts, though it was allowed to dump as much as it likes."""
    binary = os.environ.get("CONFAB") or str(ROOT / ".build" / "release" / "confab")
    process = subprocess.Popen(
        [binary, "serve", "--listen", "127.0.0.1:0", "--data", str(folder / "data"), *flags], cwd=folder,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (1 << 30, 1 << 30)))
    assert process.stdout.readline().startswith("listening on ")
    os.kill(process.pid, signal.SIGABRT)
    _, status = os.waitpid(process.pid, 0)
    process.returncode = -signal.SIGABRT
    process.stdout.close()
    return os.WCOREDUMP(status)


def test_a_server_leaves_no_core_dump(folder):
    assert not crash(folder)
    assert [path.name for path in folder.iterdir() if path.name != "data"] == []
    # In development it does, where the machine lets anybody: so this can fail.
    if not PATTERN.read_text().startswith("|") and resource.getrlimit(resource.RLIMIT_CORE)[1] != 0:
        assert crash(folder, "--dev")
